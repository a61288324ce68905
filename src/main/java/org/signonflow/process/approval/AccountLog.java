package org.signonflow.process.approval;

import java.time.Instant;
import java.util.List;

/** What people did to each other's accounts, which the engine keeps for good. */
public interface AccountLog {

    /** @return what was done to the user's account, each deed of each person at its last, the last first; names are the same in any case */
    List<Entry> of(String user);

    /**
     * @param by who did it
     * @param group the group that the user was added to, with {@link Deed#ADDED_TO_GROUP} only
     */
    record Entry(String by, Deed deed, String group, Instant at) {
    }

    /** {@link #CHANGED} may have been a new password, where a version before this one wrote it down. */
    enum Deed { MADE, PASSWORD_SET, CHANGED, ADDED_TO_GROUP }
}
