package org.signonflow.web;

import org.signonflow.rollout.Columns;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import java.util.List;
import java.util.Map;

/** The body of a request to undo something. */
final class UndoRequest {

    private UndoRequest() {
    }

    /**
     * The members of the body.
     *
     * @param given   null if there is no body
     * @param allowed what it may have, in alphabetical order
     * @throws ResponseStatusException if it has others, or values of the wrong type
     */
    static Map<String, Object> checked(Map<String, Object> given, String... allowed) {
        Map<String, Object> values = given == null ? Map.of() : given;
        values.keySet().stream().filter(name -> !List.of(allowed).contains(name)).findFirst().ifPresent(name -> {
            throw refusal("%s: is not a member of this request, which accepts %s.".formatted(Columns.printable(name),
                String.join(", ", allowed)));
        });
        if (values.get("keep") != null && !"application".equals(values.get("keep"))) {
            throw refusal("keep: must be application.");
        }
        values.forEach((name, value) -> {
            boolean isTruth = name.equals("urgent");
            if (!(value == null || (isTruth ? value instanceof Boolean : value instanceof String))) {
                throw refusal("%s: must be %s.".formatted(name, isTruth ? "true or false" : "a string"));
            }
        });
        return values;
    }

    private static ResponseStatusException refusal(String sentence) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, sentence);
    }
}
