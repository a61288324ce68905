package org.signonflow.web;

import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Field;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * That what a check has found is to be accepted.
 *
 * @param foundAt when it was found, as it was shown
 */
record AcceptRequest(Instant foundAt, String comment) {

    private static final Field COMMENT = Field.required("comment", Field.longText());

    /** @throws ResponseStatusException with a sentence, if either is missing or not what it should be */
    static AcceptRequest of(String foundAt, String comment) {
        // People write comments in paragraphs.
        String problem = COMMENT.problem(comment == null ? null : comment.replaceAll("[\\r\\n\\t]", " "));
        if (problem != null) {
            throw refusal(problem);
        }
        try {
            return new AcceptRequest(ChangeFilter.storable(Instant.parse(foundAt == null ? "" : foundAt)), comment);
        } catch (DateTimeParseException noTime) {
            throw refusal("foundAt: must be the time at which it was found, such as 2026-01-31T12:00:00Z.");
        }
    }

    private static ResponseStatusException refusal(String sentence) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, sentence);
    }
}
