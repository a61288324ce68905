package org.signonflow.quota;

/** Who waits for a call. */
public enum Lane {
    /** Somebody who wants one thing done. */
    PEOPLE,
    /** A list that is worked off: it may use nine tenths of the budget, and only what people leave. */
    ROLL_OUT
}
