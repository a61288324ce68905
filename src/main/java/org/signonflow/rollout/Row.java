package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;

/**
 * One application of a roll-out, or a policy that its applications share.
 *
 * @param line       the line of the list, or the element of a JSON list, counted from 1; 0 and below for a shared policy
 * @param request    what was asked for: the variables of the flows by name, those that are shared included
 * @param instanceId the row's own process instance; null before it was begun
 * @param trouble    null where there is none
 * @param problem    what PingOne said, or why the row ended early; null where nothing is wrong
 * @param ids        the ids in PingOne, by the name of the variable: {@code applicationId}, {@code policyId} and so on
 * @param found      what was read of an application that is there, see {@link Found}; empty where it is new
 * @param digest     of the data with which it takes effect; null before it was ready
 * @param shown      the digest when who decides on the roll-out was last asked; null where it was not ready then
 * @param lookedAt   when PingOne was last seen to have what was shown, as far as a look at lists tells; null for never
 */
public record Row(String rollOutId, int line, Map<String, String> request, String instanceId, RowState state, Trouble trouble,
                  String problem, Map<String, String> ids, Map<String, String> found, @JsonIgnore String digest,
                  @JsonIgnore String shown, @JsonIgnore Instant lookedAt) {

    /** Stands for the digest of a row that became ready before digests were kept. */
    static final String NO_DIGEST = "none";

    /** Whether it stands for a policy that others share. */
    public boolean isSharedPolicy() {
        return line <= 0;
    }

    /** Whether who decides was shown it, as it is now. */
    @JsonIgnore
    public boolean isAsShown() {
        return shown != null && shown.equals(digest == null ? NO_DIGEST : digest);
    }

    /** Whether who decides was shown it before digests were kept. This version sends none that was not; an earlier one kept nothing. */
    @JsonIgnore
    public boolean isShownWithoutDigest() {
        return NO_DIGEST.equals(shown) || shown == null && state == RowState.ASSIGNING;
    }

    /** The same with other values. */
    Row with(Map<String, String> values) {
        return new Row(rollOutId, line, values, instanceId, state, trouble, problem, ids, found, digest, shown, lookedAt);
    }
}
