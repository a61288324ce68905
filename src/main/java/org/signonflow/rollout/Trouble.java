package org.signonflow.rollout;

/** What keeps a row from making progress. */
public enum Trouble {

    /** A call failed and will be repeated. */
    RETRYING,
    /** A person has to act: retry the incident or roll the row back. */
    FAILED
}
