package org.signonflow.process.change;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.change.ChangeEvent;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.process.InstanceProgress;
import org.signonflow.process.JobFailures;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RollOuts;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records where each change stands, and who had a roll-out rolled back, in the transaction that brings it there. */
@Component
class ChangeProgress implements InstanceProgress, JobFailures {

    /** Elements of the models, in all their versions. A decision is recorded along with the person, see {@link Changes#decided}. */
    static final Map<String, ChangeState> STATES = Map.ofEntries(
        Map.entry("Task_ApproveAssignment", ChangeState.WAITING_FOR_APPROVAL),
        Map.entry("Task_ApproveUndo", ChangeState.WAITING_FOR_APPROVAL),
        Map.entry("Gateway_ToFindUses", ChangeState.CREATING),
        Map.entry("Gateway_ToUndo", ChangeState.UNDOING),
        Map.entry("Gateway_UnassignsAtOnce", ChangeState.UNDOING),
        Map.entry("Gateway_AssignsAgain", ChangeState.ASSIGNING),
        Map.entry("Gateway_AssignsAgainWhenRejected", ChangeState.ASSIGNING),
        Map.entry("Gateway_AssignsAgainWhenRolledBack", ChangeState.ASSIGNING),
        Map.entry("Event_RollOutApproved", ChangeState.WAITING_FOR_APPROVAL),
        Map.entry("Gateway_ToAssignment", ChangeState.ASSIGNING),
        Map.entry("Gateway_Application", ChangeState.ASSIGNING),
        Map.entry("Event_RollOutFinished", ChangeState.ASSIGNED),
        Map.entry("Gateway_ToDeclined", ChangeState.UNDOING),
        Map.entry("Gateway_ToRejected", ChangeState.UNDOING),
        Map.entry("StartEvent_RollBack", ChangeState.UNDOING),
        Map.entry("EndEvent_Completed", ChangeState.COMPLETED),
        Map.entry("EndEvent_Declined", ChangeState.DECLINED),
        Map.entry("EndEvent_Rejected", ChangeState.REJECTED),
        Map.entry("EndEvent_RolledBack", ChangeState.ROLLED_BACK));

    private static final List<String> ASSIGNING = List.of("Task_CheckForChanges", "Task_AssignPolicy");
    private static final List<String> UNDOING = List.of("Task_Settle", "Event_Undo", "Task_Delete", "Task_Revoke", "Task_Unassign");

    private final Changes changes;
    private final RollOuts rollOuts;
    private final IdentityService identities;
    private final ApplicationEventPublisher events;

    ChangeProgress(Changes changes, RollOuts rollOuts, IdentityService identities, ApplicationEventPublisher events) {
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.identities = identities;
        this.events = events;
    }

    /** Where a running instance stands. */
    static ChangeState standing(Set<String> activeElements) {
        return activeElements.stream().map(STATES::get).filter(state -> state != null && !state.hasEnded()).findFirst()
            .orElse(beginsWithAny(activeElements, ASSIGNING) ? ChangeState.ASSIGNING
                : beginsWithAny(activeElements, UNDOING) ? ChangeState.UNDOING : ChangeState.CREATING);
    }

    private static boolean beginsWithAny(Set<String> elements, List<String> beginnings) {
        return elements.stream().anyMatch(element -> beginnings.stream().anyMatch(element::startsWith));
    }

    @Override
    public void entered(String instanceId, String activityId) {
        ChangeState state = STATES.get(activityId);
        if ("StartEvent_RollBack".equals(activityId)) {
            // Who withdraws a request of their own acts without the engine's authorisations, and the variable names them.
            Optional.ofNullable(user()).ifPresent(user -> changes.rolledBack(instanceId, user));
        } else if ("Event_RollBack".equals(activityId)) {
            rollOuts.rolledBack(instanceId, user());
        }
        if (state != null) {
            reached(instanceId, state);
        }
    }

    @Override
    public void deleted(String instanceId) {
        reached(instanceId, ChangeState.CANCELLED);
    }

    private void reached(String instanceId, ChangeState state) {
        changes.reached(instanceId, state);
        if (state.hasEnded()) {
            changes.find(instanceId).ifPresent(change -> events.publishEvent(new ChangeEvent(ChangeEvent.Kind.ENDED, change)));
        }
    }

    @Override
    public void set(String instanceId, String variable, String value) {
        if (ProcessVariables.REJECTION.equals(variable)) {
            changes.rejected(instanceId, value);
        } else if (ProcessVariables.ROLLED_BACK_BY.equals(variable)) {
            changes.rolledBack(instanceId, value);
        }
    }

    @Override
    public void stuck(String instanceId, String incidentId, String message) {
        changes.stuck(instanceId, incidentId, message);
    }

    /** After {@link #stuck}, which the engine calls by itself. */
    @Override
    public void failed(String instanceId, String step, String message, String code, boolean forGood) {
        if (forGood) {
            changes.stuckBecauseOf(instanceId, step, code);
        }
    }

    @Override
    public void freed(String instanceId, String incidentId, boolean retried) {
        String by = retried ? user() : null;
        if (by == null) {
            changes.freed(instanceId, incidentId);
        } else {
            changes.retried(instanceId, incidentId, by);
        }
    }

    /** Who is logged in; null if nobody is. */
    private String user() {
        Authentication who = identities.getCurrentAuthentication();
        return who == null ? null : who.getUserId();
    }
}
