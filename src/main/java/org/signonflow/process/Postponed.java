package org.signonflow.process;

import java.time.Instant;

/**
 * The job's time has not come: it is to run again at a given time. Nothing is wrong, so it uses up none of its attempts, and leaves neither
 * a stack trace nor an entry in the job log. The message stands on the job meanwhile.
 */
public class Postponed extends RuntimeException {

    private final transient Instant until;

    public Postponed(Instant until, String message) {
        super(message, null, false, false);
        this.until = until;
    }

    public Instant until() {
        return until;
    }
}
