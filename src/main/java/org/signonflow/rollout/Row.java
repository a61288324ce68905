package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;

/**
 * One application of a roll-out, or a policy that its applications share.
 *
 * @param line       the line in a CSV file, or the element of a JSON list, counted from 1; 0 and below for a shared policy
 * @param request    what was requested: the flows' variables by name, including shared ones
 * @param instanceId the row's own process instance; null until started
 * @param trouble    null if there is none
 * @param problem    what PingOne said, or why the row ended early; null if nothing is wrong
 * @param ids        the ids in PingOne, by the name of the variable: {@code applicationId}, {@code policyId} and so on
 * @param found      what was read about an existing application, see {@link Found}; empty for a new one
 * @param digest     of the data with which it takes effect; null until ready
 * @param shown      the digest when a decision on the roll-out was last requested; null if the row was not ready then
 * @param lookedAt   when PingOne was last found to match what was shown, as far as its lists tell; null for never
 * @param changedAt  when it reached its state, or its trouble
 */
public record Row(String rollOutId, int line, Map<String, String> request, String instanceId, RowState state, Trouble trouble,
                  String problem, Map<String, String> ids, Map<String, String> found, @JsonIgnore String digest,
                  @JsonIgnore String shown, @JsonIgnore Instant lookedAt, @JsonIgnore Instant changedAt) {

    /** Stands for the digest of a row that became ready before digests were kept. */
    static final String NO_DIGEST = "none";

    /** Whether it stands for a shared policy. */
    public boolean isSharedPolicy() {
        return line <= 0;
    }

    /** Whether the approvers were shown it as it is now. */
    @JsonIgnore
    public boolean isAsShown() {
        return shown != null && shown.equals(digest == null ? NO_DIGEST : digest);
    }

    /**
     * Whether the approvers were shown it before digests were kept. This version assigns no row that was not shown; an earlier one kept no
     * record.
     */
    @JsonIgnore
    public boolean isShownWithoutDigest() {
        return NO_DIGEST.equals(shown) || shown == null && state == RowState.ASSIGNING;
    }

    /** A copy with other request values. */
    Row with(Map<String, String> values) {
        return new Row(rollOutId, line, values, instanceId, state, trouble, problem, ids, found, digest, shown, lookedAt, changedAt);
    }
}
