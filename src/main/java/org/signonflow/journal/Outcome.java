package org.signonflow.journal;

/** How a journaled call ended. */
public enum Outcome {
    /** PingOne made the object and said so. */
    MADE,
    /** The reply was lost, and the object was found in PingOne. */
    ADOPTED,
    /** The reply was lost, and there is what was to be made, by whomever. */
    FOUND,
    /** The reply was lost, and nothing was found in PingOne. */
    NOT_MADE,
    /** PingOne refused the call for good. */
    REFUSED,
    /** PingOne did not carry the call out, and may at another time. */
    NOT_NOW,
    /** PingOne deleted the object. */
    DELETED,
    /** There was nothing to delete any more. */
    GONE,
    /** The reply to a delete was lost; the next entry repeats it. */
    REPEATED
}
