package org.signonflow.journal;

import java.time.Instant;
import java.util.Optional;

/** It is not known whether an earlier call was carried out, so the step must not go on now. */
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

    /** When to look again; empty when only a person can tell. */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }
}
