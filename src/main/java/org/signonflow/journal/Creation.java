package org.signonflow.journal;

import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.PingOneClient;

import java.util.List;

/** How a step creates its one object in PingOne, and finds it again if the reply was lost. */
public interface Creation {

    /**
     * The request to send.
     *
     * @param reference to be set on the object if PingOne has a member for it
     */
    CreateRequest request(String reference);

    /** What identifies the object in PingOne to readers of the journal: {@code sign-on policy MFA_UseCase}. */
    String naturalKey();

    /**
     * That for which only one instance at a time may have an unfinished call in the environment: because another's object could not be told
     * from ours, or because it would affect what was approved. Null if there is no such restriction.
     */
    default String contested() {
        return null;
    }

    /**
     * Whether the next instance may continue once an unfinished call is over, even if its result is unknown, because it checks for itself.
     */
    default boolean isContestedOnlyWhileUnderWay() {
        return false;
    }

    /** What PingOne has now that the call may have created. Read-only. */
    List<Candidate> candidates(PingOneClient pingone, String reference);
}
