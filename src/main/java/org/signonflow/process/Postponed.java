package org.signonflow.process;

import java.time.Instant;

/**
 * The job cannot run yet and is to run again at a given time. Nothing is wrong, so this uses up no attempt and leaves neither a stack trace
 * nor an entry in the job log. Meanwhile, the job shows the message.
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
