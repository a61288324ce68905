package org.signonflow.change;

import java.util.Optional;

/** Which decisions wait for whom. */
public interface OpenDecisions {

    /** The task in which the user may decide on a change or roll-out; empty if there is none, or not for them. */
    Optional<String> task(String id, String user);
}
