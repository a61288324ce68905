package org.signonflow.pingone;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * PingOne's own description of a failure, made safe for a single log line and limited in length. If PingOne gave none, {@code message} is a
 * short sentence of ours and the rest is empty.
 *
 * @param id PingOne's id of the error, for its support; may be null
 * @param code such as {@code INVALID_DATA}; from the token endpoint OAuth's {@code error}; may be null
 * @param message for people; PingOne changes it at will, so nothing may depend on it
 * @param details what exactly is wrong with which member; may be empty
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/reference/error-codes.html">PingOne API: error codes</a>
 */
public record PingOneError(String id, String code, String message, List<Detail> details) implements Serializable {

    private static final int MOST_DETAILS = 10;

    /**
     * One thing that PingOne objects to; any part may be null.
     *
     * @param code such as {@code UNIQUENESS_VIOLATION}
     * @param target the member concerned
     * @param message for people
     */
    public record Detail(String code, String target, String message) implements Serializable {

        @Override
        public String toString() {
            String text = message != null ? message : code;
            return target == null ? String.valueOf(text) : target + ": " + text;
        }
    }

    /** Keeps a copy of the details. */
    public PingOneError {
        details = List.copyOf(details);
    }

    /** Our own sentence, if there is no reply or it explains nothing. */
    public static PingOneError of(String sentence) {
        return new PingOneError(null, null, sentence, List.of());
    }

    /** Reads PingOne's error JSON or OAuth's; an unreadable body is not quoted, since it may hold anything. */
    static PingOneError parse(Reply reply, Collection<String> secrets) {
        try {
            JsonNode json = reply.json();
            List<Detail> details = new ArrayList<>();
            for (JsonNode detail : json.path("details")) {
                if (details.size() < MOST_DETAILS) {
                    details.add(new Detail(text(detail, "code", 100, secrets), text(detail, "target", 200, secrets),
                        text(detail, "message", 500, secrets)));
                }
            }
            String code = text(json, json.has("code") ? "code" : "error", 100, secrets);
            String message = text(json, json.has("message") ? "message" : "error_description", 500, secrets);
            String sentence = message == null && code == null ? "HTTP status " + reply.status() + " without an explanation" : message;
            return new PingOneError(text(json, "id", 100, secrets), code, sentence, details);
        } catch (Json.UnusableException e) {
            return of(reply.status() == 0 ? e.getMessage() : "HTTP status " + reply.status() + " without an explanation");
        }
    }

    /** All of it on one line: {@code CODE: message (target: message; target: message)}. */
    @Override
    public String toString() {
        String said = code == null ? message : message == null ? code : code + ": " + message;
        return details.isEmpty() ? said : said + details.stream().map(Detail::toString).collect(Collectors.joining("; ", " (", ")"));
    }

    private static String text(JsonNode json, String member, int longest, Collection<String> secrets) {
        return Text.clean(Json.text(json, member), longest, secrets);
    }
}
