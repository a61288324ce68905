package org.signonflow.process;

import static org.signonflow.process.ProcessVariables.text;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Lets every row that is ready take effect. What is not ready, or is to be left out, is undone. Waits until there is nothing in between. */
@Component
class AssignAll extends RollOutTask {

    AssignAll(RollOutAccess access) {
        super(access, Stage.ASSIGNING, RowState.ASSIGNING, RowState.UNDOING);
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        return rollOuts().next(execution.getProcessInstanceId(), List.of(RowState.READY, RowState.CREATING), most);
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        Lines leftOut = Lines.of(text(execution, ProcessVariables.LEAVE_OUT));
        for (Row row : rows) {
            if (row.state() == RowState.READY && !leftOut.contains(row.line()) && tell(row, "RollOutApproved")) {
                rollOuts().move(row, RowState.ASSIGNING);
            } else {
                undo(row);
            }
        }
    }
}
