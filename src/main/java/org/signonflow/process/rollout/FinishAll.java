package org.signonflow.process.rollout;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Lets the rows end, which could be undone with the roll-out until now. */
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
        // Who is not told is being undone, and says so when that is done.
        rows.stream().filter(row -> !tell(row, "RollOutFinished")).forEach(row -> rollOuts().move(row, RowState.UNDOING));
    }
}
