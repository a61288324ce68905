package org.signonflow.quota;

/** On whose behalf a call is made. */
public enum Lane {
    /** A person's single request. */
    PEOPLE,
    /** A roll-out, which may use nine tenths of the budget, and only what people leave. */
    ROLL_OUT,
    /** Nobody waits for it: it gets only what people and roll-outs leave. */
    CHECK
}
