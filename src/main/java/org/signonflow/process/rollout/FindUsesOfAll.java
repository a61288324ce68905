package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.request.Undoable;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.springframework.stereotype.Component;

/** Starts the undo of each row, which finds out who else uses what it is to delete. */
@Component
class FindUsesOfAll extends PrepareAll {

    private final Undoable undoable;

    FindUsesOfAll(RollOutAccess access, Shown shown, Undoable undoable) {
        super(access, shown);
        this.undoable = undoable;
    }

    @Override
    List<Row> next(DelegateExecution execution, int most) {
        return rollOuts().next(execution.getProcessInstanceId(), List.of(RowState.PENDING), most);
    }

    @Override
    void send(DelegateExecution execution, List<Row> rows) {
        for (Row row : rows) {
            String change = row.request().get(FlowVariables.CHANGE);
            Optional<String> problem = undoable.problem(change, true);
            problem.ifPresentOrElse(why -> rollOuts().leaveOut(row, "The change " + why), () -> {
                Map<String, Object> variables = new HashMap<>(Map.of(FlowVariables.CHANGE, change,
                    ProcessVariables.ROLL_OUT, row.rollOutId(), ProcessVariables.LINE, row.line()));
                List.of(ProcessVariables.KEEP, FlowVariables.REASON, ProcessVariables.REQUESTED_BY)
                    .forEach(name -> variables.put(name, text(execution, name)));
                runtime().startProcessInstanceByKey(Flow.UNDO, BusinessKey.ofRow(text(execution, ProcessVariables.NAME), row.line()),
                    variables);
            });
        }
    }
}
