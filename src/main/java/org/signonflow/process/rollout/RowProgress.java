package org.signonflow.process.rollout;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.JobFailures;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.change.RequestedChange;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Trouble;
import org.springframework.stereotype.Component;

/**
 * Reports a row's progress to the roll-out, in the transaction that makes it. A row has no approval of its own, so no person may start one:
 * only the roll-out does, and then nobody is logged in.
 */
@Component
class RowProgress implements ExecutionListener, JobFailures {

    private static final Map<String, RowState> STATES = Map.of("Event_RollOutApproved", RowState.READY,
        "Event_RollOutFinished", RowState.ASSIGNED, "StartEvent_RollBack", RowState.UNDOING);

    private final RollOuts rollOuts;
    private final IdentityService identities;
    private final RollOutWaker waker;
    private final RequestedChange change;

    RowProgress(RollOuts rollOuts, IdentityService identities, RollOutWaker waker, RequestedChange change) {
        this.rollOuts = rollOuts;
        this.identities = identities;
        this.waker = waker;
        this.change = change;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (ProcessVariables.isUndo(execution) && !ProcessVariables.isRow(execution)) {
            return;
        }
        boolean byPerson = identities.getCurrentAuthentication() != null;
        if ("StartEvent_RollBack".equals(execution.getCurrentActivityId())) {
            if (byPerson && ProcessVariables.number(execution, ProcessVariables.LINE) <= 0) {
                // PingOne would unassign the policy from all applications that have it, and their rows would not know.
                throw new InvalidInput(List.of("Other rows share this policy: roll back the whole roll-out."));
            }
            if (byPerson) {
                execution.setVariable(ProcessVariables.ROLLED_BACK_BY, identities.getCurrentAuthentication().getUserId());
            }
        }
        if ("StartEvent_Requested".equals(execution.getCurrentActivityId())) {
            if (byPerson) {
                throw new InvalidInput(List.of("A row can only be started by its roll-out."));
            }
            rollOuts.begun(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT),
                ProcessVariables.number(execution, ProcessVariables.LINE), execution.getProcessInstanceId());
            if (!ProcessVariables.isUndo(execution)) {
                change.record(execution, Flow.ROW);
            }
            return;
        }
        RowState reached = EVENTNAME_END.equals(execution.getEventName()) ? ended(execution) : STATES.get(execution.getCurrentActivityId());
        Map<String, String> ids = new HashMap<>();
        for (String id : RollOuts.IDS) {
            ids.put(id, ProcessVariables.text(execution, id));
        }
        if (reached == RowState.READY && ProcessVariables.isUndo(execution)) {
            found(execution);
        }
        String why = ProcessVariables.text(execution, reached == RowState.READY ? ProcessVariables.CHANGES : ProcessVariables.REJECTION);
        rollOuts.reached(execution.getProcessInstanceId(), reached, why,
            reached == RowState.READY ? digest(execution) : null, ids);
        waker.rowArrived(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT));
    }

    private static String digest(DelegateExecution execution) {
        String changes = ProcessVariables.text(execution, ProcessVariables.CHANGES);
        // An undo that is ready again, since something has changed after its approval, is not as it was shown, whatever it finds now.
        return changes == null ? RowDigest.of(execution) : Digests.sha256(RowDigest.of(execution) + changes);
    }

    /** What the approvers of the undo of a roll-out read about the row. */
    private void found(DelegateExecution undo) {
        Map<String, String> found = new HashMap<>();
        Map.of(Found.SIGN_ON_NOW, FlowVariables.SIGN_ON_NOW, Found.SIGN_ON_AFTER, FlowVariables.SIGN_ON_AFTER,
            Found.GOES, ProcessVariables.GOES, Found.SECOND_LOOK, ProcessVariables.STAYS).forEach((name, variable) ->
                Optional.ofNullable(ProcessVariables.text(undo, variable)).ifPresent(text -> found.put(name, text)));
        found.computeIfPresent(Found.SECOND_LOOK, (name, stays) -> stays.lines().map("Stays: "::concat).collect(Collectors.joining("\n")));
        rollOuts.found(ProcessVariables.text(undo, ProcessVariables.ROLL_OUT),
            Map.of(ProcessVariables.number(undo, ProcessVariables.LINE), found));
    }

    private static RowState ended(DelegateExecution execution) {
        String outcome = ProcessVariables.text(execution, ProcessVariables.OUTCOME);
        // Without an outcome, an administrator ended it.
        return outcome == null ? RowState.ROLLED_BACK : RowState.valueOf(outcome);
    }

    /** Does nothing if the instance is not a row of a roll-out. */
    @Override
    public void failed(String instanceId, String step, String message, String code, boolean forGood) {
        rollOuts.failed(instanceId, forGood ? Trouble.FAILED : Trouble.RETRYING, message);
    }
}
