package org.signonflow.process;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Undoes every row, however far it is. */
@Component
class UndoAll extends RollOutTask {

    UndoAll(RollOutAccess access) {
        super(access, Stage.UNDOING, RowState.UNDOING);
    }

    @Override
    void prepare(DelegateExecution execution) {
        rollOuts().leaveOutPending(execution.getProcessInstanceId());
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        return rollOuts().next(execution.getProcessInstanceId(),
            List.of(RowState.CREATING, RowState.READY, RowState.ASSIGNING, RowState.ASSIGNED), most);
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        rows.forEach(this::undo);
    }

    @Override
    boolean isAwaited(String id) {
        return rollOuts().progress(id).in(RowState.UNDOING) > 0;
    }
}
