package org.signonflow.change;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What comparing a completed change with PingOne has found last.
 *
 * @param checkedAt when it was last compared; null if that has never succeeded
 * @param drift     by that comparison; null if there is none
 * @param foundAt   when the last deviation was found; null if there was none
 * @param goneAt    when that was gone again; null while it lasts
 * @param findings  what that is or was
 * @param failedAt  when the last check failed; null unless it did
 * @param failure   why it failed
 * @param acceptedAt when a person said that what was found is how it should be; null if nobody did
 * @param acceptedBy who did
 * @param acceptedBecause in which words
 */
public record Check(Instant checkedAt, DriftState drift, Instant foundAt, Instant goneAt, List<Finding> findings, Instant failedAt,
                    String failure, Instant acceptedAt, String acceptedBy, String acceptedBecause) {

    /** Of a change that was never checked. */
    public static final Check NONE = new Check(null, null, null, null, List.of(), null, null, null, null, null);

    /** Whether it is known to differ, and nobody has accepted that. */
    public boolean hasDrifted() {
        return drift != null && drift.compareTo(DriftState.ACCEPTED) > 0;
    }

    /** What differs, accepted or not. */
    List<Finding> differs() {
        return foundAt == null || goneAt != null ? List.of() : findings;
    }

    /** The worst of the findings. */
    static DriftState worst(List<Finding> findings) {
        return findings.stream().map(Finding::drift).max(Comparator.naturalOrder()).orElse(DriftState.UNCHANGED);
    }
}
