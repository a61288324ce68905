package org.signonflow.journal;

/** How a journaled call ended. */
public enum Outcome {
    /** PingOne created the object and confirmed it. */
    MADE,
    /** The reply was lost, and the object was found in PingOne. */
    ADOPTED,
    /** The reply was lost, and an object as requested was found, whoever created it. */
    FOUND,
    /** The reply was lost, and no object was found in PingOne. */
    NOT_MADE,
    /** PingOne refused the call permanently. */
    REFUSED,
    /** PingOne did not execute the call, but may at another time. */
    NOT_NOW,
    /** PingOne deleted the object. */
    DELETED,
    /** There was nothing left to delete. */
    GONE,
    /** The reply to a delete was lost; the next entry repeats it. */
    REPEATED
}
