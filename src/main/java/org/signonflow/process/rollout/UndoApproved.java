package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/**
 * Lets each row of the undo of a roll-out go on that was shown to the approver and has not changed since. The others, and those to be left
 * out, undo nothing.
 */
@Component
class UndoApproved extends RollOutTask {

    UndoApproved(RollOutAccess access) {
        super(access, Stage.UNDOING, RowState.ASSIGNING, RowState.UNDOING);
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        String id = execution.getProcessInstanceId();
        return sharedPoliciesLast(id, most, up -> rollOuts().next(id, List.of(RowState.READY, RowState.CREATING), up));
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        sendApproved(rows, Lines.of(text(execution, ProcessVariables.LEAVE_OUT)));
    }
}
