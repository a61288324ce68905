package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Changes;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

/** Undoes {@link AssignPolicy}. */
@Component
class UnassignPolicy extends UndoingTask {

    private final Changes changes;

    UnassignPolicy(PingOneAccess access, AssignPolicy made, Undo undo, UndoReview review, Changes changes) {
        super(access, made, undo, review);
        this.changes = changes;
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        super.carryOut(execution, pingone);
        if (ProcessVariables.isUndo(execution) && !ProcessVariables.isUrgent(execution)) {
            changes.unassigned(ProcessVariables.changeOf(execution), null);
        }
    }
}
