package org.signonflow.journal;

import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.PingOneClient;

import java.util.List;

/** How a step makes its one object in PingOne, and finds it again when the reply was lost. */
public interface Creation {

    /**
     * What is sent.
     *
     * @param reference to be put into the object where PingOne has a member for it
     */
    CreateRequest request(String reference);

    /** What the object is known by in PingOne, for the people who read the journal: {@code sign-on policy MFA_UseCase}. */
    String naturalKey();

    /**
     * Of what only one instance at a time may have an unfinished call in the environment: because what another makes could not be told from
     * ours, or because it would matter to what was approved. Null where all may.
     */
    default String contested() {
        return null;
    }

    /**
     * Whether whoever comes next may go on once an unfinished call is over, though nobody knows what came of it: he looks for himself.
     */
    default boolean isContestedOnlyWhileUnderWay() {
        return false;
    }

    /** What is in PingOne now that the call may have made. Only reads. */
    List<Candidate> candidates(PingOneClient pingone, String reference);
}
