package org.signonflow.process;

/** No repetition can help: the job becomes an incident at once. */
public class NeedsOperator extends StepFailed {

    public NeedsOperator(String message, Throwable cause) {
        super(message, cause);
    }
}
