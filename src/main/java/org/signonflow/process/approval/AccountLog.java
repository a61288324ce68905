package org.signonflow.process.approval;

import java.time.Instant;
import java.util.List;

/** What people did to each other's accounts. The engine keeps this log permanently. */
public interface AccountLog {

    /** @return the latest occurrence of each action by each person on the user's account, newest first; user names are case-insensitive */
    List<Entry> of(String user);

    /**
     * @param by    who did it
     * @param group the group the user was added to; only with {@link Action#ADDED_TO_GROUP}
     */
    record Entry(String by, Action action, String group, Instant at) {
    }

    /** {@link #CHANGED} may have been a password change if it was logged by an earlier version. */
    enum Action { CREATED, PASSWORD_SET, CHANGED, ADDED_TO_GROUP }
}
