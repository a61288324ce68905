package org.signonflow.faults;

/** What the proxy does to one exchange. Except with {@link #NEVER_ANSWERED}, the sandbox has carried the request out. */
enum Damage {
    /** The connection is closed without a reply. */
    FIN,
    /** The connection is reset without a reply. */
    RST,
    /** No reply, and the connection stays open. */
    SILENCE,
    /** Like {@link #SILENCE}, but the request does not even arrive. */
    NEVER_ANSWERED,
    /** The connection is closed in the middle of the reply's headers. */
    CUT_IN_HEADERS,
    /** The connection is closed in the middle of the reply's body. */
    CUT_IN_BODY,
    /** The reply arrives at one byte per second. */
    DRIP,
    /** Bytes that are not HTTP. */
    GARBAGE,
    /** An HTML page instead of the reply, with status 200. */
    HTML,
    /** Nothing instead of the reply's body. */
    EMPTY,
    /** Truncated JSON, but with the right length. */
    GARBLED,
    /** A reply without an id. */
    NO_ID,
    /** A reply whose id is a number. */
    WRONG_ID,
    /** A reply of 10 MB. */
    HUGE
}
