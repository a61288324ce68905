package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/**
 * Assigns every row that was shown to the approver and has not changed since. All other rows, and those to be left out, are undone. Waits
 * until no row is in between.
 */
@Component
class AssignAll extends RollOutTask {

    private final RowVerifier verifier;
    private final Clock clock;

    AssignAll(RollOutAccess access, RowVerifier verifier) {
        super(access, Stage.ASSIGNING, RowState.ASSIGNING, RowState.UNDOING);
        this.verifier = verifier;
        this.clock = access.clock();
    }

    @Override
    boolean prepare(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        // For decisions made before what was shown was recorded.
        rollOuts().wasShown(id, clock.instant());
        String lookedAt = text(execution, ProcessVariables.LOOKED_AT);
        if (!verifier.isDue(lookedAt == null ? null : Instant.parse(lookedAt))
            || rollOuts().next(id, List.of(RowState.READY), 1).isEmpty()) {
            return false;
        }
        execution.setVariable(ProcessVariables.LOOKED_AT, clock.instant().toString());
        verifier.byLists(id);
        return true;
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        return rollOuts().next(execution.getProcessInstanceId(), List.of(RowState.READY, RowState.CREATING), most);
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        sendApproved(rows, Lines.of(text(execution, ProcessVariables.LEAVE_OUT)));
    }
}
