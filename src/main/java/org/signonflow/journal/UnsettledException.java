package org.signonflow.journal;

import java.time.Instant;
import java.util.Optional;

/** It is unknown whether an earlier call was executed, so the step must not continue now. */
public class UnsettledException extends RuntimeException {

    private final transient Instant notBefore;

    private UnsettledException(String message, Instant notBefore) {
        super(message);
        this.notBefore = notBefore;
    }

    public static UnsettledException until(Instant notBefore, String message) {
        return new UnsettledException(message, notBefore);
    }

    static UnsettledException needsOperator(String message) {
        return new UnsettledException(message, null);
    }

    /** When to check again; empty if only a person can tell. */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }
}
