package org.signonflow.change;

import java.time.Instant;
import java.util.Objects;

/**
 * A flow, or a row of a roll-out that has begun.
 *
 * @param id              the id of its process instance
 * @param flow            the key of its process, such as {@code configure-mfa-sign-on}
 * @param applicationName null for an existing application until its name is known
 * @param applicationId   of an existing application; null for a new one
 * @param requestedBy     null if nobody was logged in
 * @param reason          why it was requested; null if nothing was said
 * @param rollOut         the roll-out that it is a row of; null if it was started on its own
 * @param line            the row's line in the roll-out's list; null if it was started on its own
 * @param changedAt       when it reached its state
 * @param endedAt         null while it is under way
 * @param incidentId      the engine's incident; null unless a step has failed for good, so that an operator has to step in
 * @param incident        why the step has failed; null unless it has
 * @param rejection       why PingOne refused a call; null if it did not
 * @param rolledBackBy    who had it rolled back; null if nobody did, or if all of its roll-out was
 * @param decision        {@code approve} or {@code decline}; null if nobody has decided, and for a row, which is decided with its roll-out
 * @param comment         of who decided; null if nothing was said
 * @param retriedBy       who last had a step repeated that had failed for good; null if nobody did
 * @param undoneBy        the last change that undid it, or was to; null if none was
 * @param undoneAt        when it had been undone; null if it has not been
 * @param about           the completed change that it is about, such as the one that it undoes; null for any other
 * @param unassignedAt    since when its policy is not assigned because of an undo that has not completed, and of that undo, when it took it
 *                        away before anybody had approved it; null otherwise
 */
public record Change(String id, String flow, String environment, String applicationName, String applicationId, String policyName,
                     String requestedBy, Instant requestedAt, String reason, String rollOut, Integer line, ChangeState state,
                     Instant changedAt, Instant endedAt, String incidentId, String incident, String rejection,
                     String rolledBackBy, String decision, String decidedBy, Instant decidedAt, String comment,
                     String retriedBy, Instant retriedAt, String undoneBy, Instant undoneAt, String about, Instant unassignedAt,
                     Check check) {

    /** A change that nobody has had undone. */
    public Change(String id, String flow, String environment, String applicationName, String applicationId, String policyName,
                  String requestedBy, Instant requestedAt, String reason, String rollOut, Integer line, ChangeState state,
                  Instant changedAt, Instant endedAt, String incidentId, String incident, String rejection, String rolledBackBy,
                  String decision, String decidedBy, Instant decidedAt, String comment, String retriedBy, Instant retriedAt) {
        this(id, flow, environment, applicationName, applicationId, policyName, requestedBy, requestedAt, reason, rollOut, line, state,
            changedAt, endedAt, incidentId, incident, rejection, rolledBackBy, decision, decidedBy, decidedAt, comment, retriedBy, retriedAt,
            null, null, null, null, null);
    }

    /** Itself as a change about another. */
    public Change about(String change) {
        return new Change(id, flow, environment, applicationName, applicationId, policyName, requestedBy, requestedAt, reason, rollOut, line,
            state, changedAt, endedAt, incidentId, incident, rejection, rolledBackBy, decision, decidedBy, decidedAt, comment, retriedBy,
            retriedAt, undoneBy, undoneAt, change, unassignedAt, check);
    }

    /** Itself in another state. */
    public Change in(ChangeState other, Instant ended) {
        return new Change(id, flow, environment, applicationName, applicationId, policyName, requestedBy, requestedAt, reason, rollOut, line,
            other, changedAt, ended, ended == null ? incidentId : null, ended == null ? incident : null, rejection, rolledBackBy, decision,
            decidedBy, decidedAt, comment, retriedBy, retriedAt, undoneBy, undoneAt, about, unassignedAt, check);
    }

    /** Itself with a decision. */
    public Change decided(String how, String by, Instant at, String words) {
        return new Change(id, flow, environment, applicationName, applicationId, policyName, requestedBy, requestedAt, reason, rollOut, line,
            state, changedAt, endedAt, incidentId, incident, rejection, rolledBackBy, how, by, at, words, retriedBy, retriedAt, undoneBy,
            undoneAt, about, unassignedAt, check);
    }

    /** Whether both stand in the same place, for the same reason. */
    public boolean standsAs(Change other) {
        return state == other.state && Objects.equals(incidentId, other.incidentId) && Objects.equals(decision, other.decision)
            && Objects.equals(decidedBy, other.decidedBy) && (endedAt == null) == (other.endedAt == null);
    }

    /** Whether the user may withdraw it while it is {@linkplain ChangeState#isWithoutEffect() without effect}. */
    public boolean isOwnRequestOf(String user) {
        return user.equals(requestedBy) && rollOut == null;
    }
}
