package org.signonflow.process;

import java.time.Duration;
import java.time.Instant;

/** The job is to run again at a given time, without using up an attempt. */
public class RetryAfter extends StepFailed {

    private final transient Instant notBefore;
    private final Duration patience;

    /** @param patience for how long after its creation the job may keep coming back before it becomes an incident */
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
