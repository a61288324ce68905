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
        List<Row> rows = rollOuts().next(id, List.of(RowState.READY, RowState.CREATING), most);
        List<Row> applications = rows.stream().filter(row -> !row.isSharedPolicy()).toList();
        // A shared policy goes once no application has it any more.
        return applications.isEmpty() && !isAnyApplicationUnderWay(id) ? rows : applications;
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        sendApproved(rows, Lines.of(text(execution, ProcessVariables.LEAVE_OUT)));
    }
}
