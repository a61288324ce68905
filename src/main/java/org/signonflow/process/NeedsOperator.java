package org.signonflow.process;

/** Retrying cannot help: the job becomes an incident at once. */
public class NeedsOperator extends StepFailed {

    public NeedsOperator(String message, Throwable cause) {
        super(message, cause);
    }
}
