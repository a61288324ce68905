package org.signonflow.journal;

import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;

import java.util.List;

/** How a step makes its one object in PingOne, finds it again when the reply was lost, and removes it. */
public interface Creation {

    Kind kind();

    /** The id of the object that it lives in; null for the environment. */
    default String parentId() {
        return null;
    }

    /** What the object is known by in PingOne, for the people who read the journal: {@code sign-on policy MFA_UseCase}. */
    String naturalKey();

    /**
     * Whether another instance could make an object of the same natural key, which could then not be told from ours. While such a call
     * is unfinished, the journal lets no other instance send one for the same key.
     */
    default boolean nameIsContested() {
        return false;
    }

    /**
     * Sends the creating call, once.
     *
     * @param reference to be put into the object where PingOne has a member for it
     * @return the id that PingOne gave the object
     */
    String send(PingOneClient pingone, String reference);

    /** What is in PingOne now that the call may have made. Only reads. */
    List<Candidate> candidates(PingOneClient pingone, String reference);

    /** Removes the object. */
    void delete(PingOneClient pingone, String id);
}
