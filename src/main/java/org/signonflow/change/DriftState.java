package org.signonflow.change;

/** How a completed change compares with PingOne; the later, the worse. */
public enum DriftState {

    UNCHANGED,
    /** It differs in a way that a person has accepted. */
    ACCEPTED,
    /** Something that it created has other members than were sent. */
    CHANGED,
    /** Its policy is tried later than when it was assigned, or another before it. */
    WEAKENED,
    /** Something that it created is not there any more. */
    GONE
}
