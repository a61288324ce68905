package org.signonflow.process;

import java.time.Duration;
import java.time.Instant;

/** The job is to run again at a given time, which uses up none of its attempts. */
public class RetryAfter extends StepFailed {

    private final transient Instant notBefore;
    private final Duration patience;

    /** @param patience how long after the job was created it may go on coming back; after that it becomes an incident */
    RetryAfter(Instant notBefore, Duration patience, String message, Throwable cause) {
        super(message, cause);
        this.notBefore = notBefore;
        this.patience = patience;
    }

    public Instant notBefore() {
        return notBefore;
    }

    public Duration patience() {
        return patience;
    }
}
