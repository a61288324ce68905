package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.DriftState;
import org.signonflow.change.Drifted;
import org.signonflow.change.Flow;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A change in the words of the pages; public for their templates. */
public record ChangeView(Change change) {

    /** The name of the process. */
    static final String UNDO = "Undo sign-on";

    /** What people know it by. */
    public String application() {
        return isUndo() ? "Undo " + named() : named();
    }

    private String named() {
        return Stream.of(change.applicationName(), change.applicationId()).flatMap(Stream::ofNullable).findFirst()
            .orElse(isSharedPolicy() ? "Shared policy " + change.policyName() : change.policyName());
    }

    public boolean isSharedPolicy() {
        return change.line() != null && change.line() <= 0;
    }

    /** Whether it undoes another change. */
    public boolean isUndo() {
        return change.flow().equals(Flow.UNDO);
    }

    /** Whether there is something to undo: it has completed, and nothing has undone it. */
    public boolean isInEffect() {
        return change.state() == ChangeState.COMPLETED && change.undoneAt() == null && !isUndo();
    }

    /** Whether it has completed, and an undo that has not has taken its policy away. */
    public boolean isUnassigned() {
        return isInEffect() && change.unassignedAt() != null;
    }

    /** Whether it has taken another's policy away before anybody approved that, and has not ended. */
    public boolean isUrgent() {
        return isUndo() && change.unassignedAt() != null && !change.state().hasEnded();
    }

    public boolean createsApplication() {
        return Flow.find(change.flow()).map(Flow::makesApplication).orElse(false);
    }

    public String stateInWords() {
        return isStuck() ? "Stuck: an operator has to retry it or roll it back"
            : change.undoneAt() != null ? Words.UNDONE
            : isUnassigned() ? Words.UNASSIGNED
            : isGone() ? Words.GONE
            : isUndo() ? Words.STATES_OF_UNDO.get(change.state())
            : change.state() == ChangeState.ROLLED_BACK && isWithdrawn() ? Words.WITHDRAWN : Words.STATES.get(change.state());
    }

    /** The first words of that, where there is little room. */
    public String shortState() {
        return stateInWords().replaceFirst(":.*", "");
    }

    /** Its class in the style sheet. */
    public String style() {
        return isStuck() ? "failed" : change.undoneAt() != null || isUnassigned() ? "undone" : isGone() ? "second_look"
            : change.state().name().toLowerCase(Locale.ROOT);
    }

    /** Whether the last check has found a difference, while it is in effect. */
    public boolean hasDrifted() {
        return isInEffect() && change.check() != null && change.check().hasDrifted();
    }

    private boolean isGone() {
        return hasDrifted() && change.check().drift() == DriftState.GONE;
    }

    /** Whether it has, accepted or not. */
    public boolean differs() {
        return hasDrifted() || isInEffect() && change.check() != null && change.check().drift() == DriftState.ACCEPTED;
    }

    /** What there is to say about the last check, in few words; null if nothing differs, or it is not in effect. */
    public String drift() {
        if (!isInEffect() || change.check() == null) {
            return null;
        }
        String failed = change.check().failedAt() == null ? null : Words.DRIFTED.get(Drifted.FAILED);
        String differs = differs() ? Words.DRIFTED.get(Drifted.valueOf(change.check().drift().name())) : null;
        return differs == null ? failed : failed == null ? differs : differs + "; " + failed.toLowerCase(Locale.ROOT);
    }

    public boolean isStuck() {
        return change.incidentId() != null;
    }

    /** Why it is stuck or was rejected; null otherwise. */
    public String problem() {
        return isStuck() ? Optional.ofNullable(change.incident()).orElse("A step has failed.") : change.rejection();
    }

    /** Whether its requester had it rolled back before anybody had decided. */
    public boolean isWithdrawn() {
        return change.rolledBackBy() != null && change.isOwnRequestOf(change.rolledBackBy()) && change.decision() == null;
    }

    /** What stands above what was requested. */
    public String requestTitle() {
        return change.state().isInEffect() && change.undoneAt() == null && !isUnassigned() && !isGone() ? "What takes effect"
            : change.state().hasEnded() || change.state() == ChangeState.UNDOING ? "What was requested" : "What would take effect";
    }

    public String signOnBefore() {
        return Words.SIGN_ON_BEFORE;
    }

    public String signOnWith() {
        return Words.SIGN_ON_WITH;
    }

    public String flow() {
        return isUndo() ? UNDO : Flow.find(change.flow()).map(Flow::title).orElse("Shared policy of a roll-out");
    }
}
