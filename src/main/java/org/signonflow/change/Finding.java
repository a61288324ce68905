package org.signonflow.change;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Something in PingOne that is no longer as a completed change created it. Its texts are short single lines.
 *
 * @param drift  in which way
 * @param object what it is, such as {@code application Shop}
 * @param id     its id in PingOne
 * @param member the member that was changed, such as {@code mobile.bundleId}; null if it is something else
 * @param sent   what was sent for that member, as JSON; null if nothing was
 * @param found  what it has now, as JSON; null if nothing. Without a member, what was added to it, or
 *               which policy is tried before its own, in words
 * @param change the change of ours that did this; null if the journal knows of none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(DriftState drift, String object, String id, String member, String sent, String found, String change) {

    /** Shortens the texts. */
    public Finding {
        object = Drift.shortened(object);
        member = member == null ? null : Drift.shortened(member);
        sent = sent == null ? null : Drift.shortened(sent);
        found = found == null ? null : Drift.shortened(found);
    }

    static Finding gone(String object, String id, String change) {
        return new Finding(DriftState.GONE, object, id, null, null, null, change);
    }

    static Finding added(String object, String id, String added) {
        return new Finding(DriftState.CHANGED, object, id, null, null, added, null);
    }

    static Finding triedBefore(String object, String id, String other, String change) {
        return new Finding(DriftState.WEAKENED, object, id, null, null, other, change);
    }

    /** As people read it, without a full stop. */
    @JsonProperty("says")
    @Override
    public String toString() {
        String what = member != null ? ": %s is %s, was %s".formatted(member, found, sent)
            : drift == DriftState.GONE ? " is gone" : ": " + found;
        return "%s (%s)%s%s".formatted(object, id, what, change == null ? "" : ", by the change " + change);
    }
}
