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
        Stream<Row> arrived = rollOuts().next(id, List.of(RowState.READY, RowState.ASSIGNED), most).stream();
        Stream<Row> stuck = rollOuts().stuck(id, List.of(RowState.CREATING, RowState.ASSIGNING), most).stream();
        List<Row> rows = Stream.concat(arrived, stuck).limit(most).toList();
        List<Row> applications = rows.stream().filter(row -> !row.isSharedPolicy()).toList();
        // Shared policies go last: an application about to be assigned one would be refused, and one whose undo is stuck still has it.
        return applications.isEmpty() && !isAnyApplicationUnderWay(id) ? rows : applications;
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        rows.forEach(this::undo);
    }
}
