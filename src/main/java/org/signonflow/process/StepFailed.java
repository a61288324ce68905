package org.signonflow.process;

/** A step failed. The message is what the operator reads in the incident: which step, which call, what PingOne said. */
public class StepFailed extends RuntimeException {

    protected StepFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
