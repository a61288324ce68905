package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/**
 * Undoes every row, however far it is. One that is on its way is let arrive first: to stop it in the middle of a call would leave that call
 * to be settled, which takes longer than the call.
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
        // What they share goes last: an application on its way to its assignment would be refused it, and one whose undo is stuck has it.
        return applications.isEmpty() && !isAnyApplicationUnderWay(id) ? rows : applications;
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        rows.forEach(this::undo);
    }
}
