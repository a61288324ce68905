package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/**
 * Undoes every row, however far it got. A row that is moving may arrive first: interrupting a call would leave it to be settled, which
 * takes longer than the call itself.
 */
@Component
class UndoAll extends RollOutTask {

    UndoAll(RollOutAccess access) {
        super(access, Stage.UNDOING, RowState.CREATING, RowState.ASSIGNING, RowState.UNDOING);
    }

    @Override
    boolean prepare(DelegateExecution execution) {
        return rollOuts().leaveOutPending(execution.getProcessInstanceId());
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        String id = execution.getProcessInstanceId();
        return sharedPoliciesLast(id, most, up -> Stream.concat(
            rollOuts().next(id, List.of(RowState.READY, RowState.ASSIGNED), up).stream(),
            rollOuts().stuck(id, List.of(RowState.CREATING, RowState.ASSIGNING), up).stream()).toList());
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        rows.forEach(this::undo);
    }
}
