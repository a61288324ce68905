package org.signonflow.process;

import org.signonflow.pingone.PingOneException;

/** A step failed. The message is what the operator reads in the incident: which step, which call, what PingOne said. */
public class StepFailed extends RuntimeException {

    protected StepFailed(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * PingOne's code, such as {@code INVALID_DATA}, {@code HTTP_502} if it gave none, or {@code NO_REPLY}; null if it was not a call that
     * has failed.
     */
    public String code() {
        if (!(getCause() instanceof PingOneException failure)) {
            return null;
        }
        return failure.code() != null ? failure.code() : failure.status() == 0 ? "NO_REPLY" : "HTTP_" + failure.status();
    }
}
