package org.signonflow.process;

/** No repetition can help: the job becomes an incident at once. */
public class NeedsPerson extends StepFailed {

    public NeedsPerson(String message, Throwable cause) {
        super(message, cause);
    }
}
