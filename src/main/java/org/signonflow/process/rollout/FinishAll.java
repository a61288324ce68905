package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Completes the rows, which until now could be undone with the roll-out; a shared policy that no row ended up using is undone. */
@Component
class FinishAll extends RollOutTask {

    FinishAll(RollOutAccess access) {
        super(access, Stage.ASSIGNING);
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        return rollOuts().next(execution.getProcessInstanceId(), List.of(RowState.ASSIGNED), most);
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        for (Row row : rows) {
            if (row.isSharedPolicy() && !isUsed(row)) {
                undo(row);
            } else if (!tell(row, "RollOutFinished")) {
                // A row that is no longer waiting is being undone, and reports when that is done.
                rollOuts().move(row, RowState.UNDOING);
            }
        }
    }

    private boolean isUsed(Row policy) {
        String environment = policy.request().get(FlowVariables.ENVIRONMENT);
        return Stream.of(RowState.ASSIGNED, RowState.COMPLETED)
            .flatMap(state -> rollOuts().rows(policy.rollOutId(), state, null, 0, Integer.MAX_VALUE).stream())
            .anyMatch(row -> environment.equals(row.request().get(FlowVariables.ENVIRONMENT)));
    }
}
