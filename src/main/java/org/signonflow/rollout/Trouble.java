package org.signonflow.rollout;

/** What keeps a row from going on. */
public enum Trouble {

    /** A call failed and will be repeated. */
    RETRYING,
    /** A person has to look: retry the incident, or roll the row back. */
    FAILED
}
