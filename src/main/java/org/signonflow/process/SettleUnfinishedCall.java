package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.journal.Creation;
import org.signonflow.journal.Step;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Before undo: removes what compensation does not cover, because the engine never saw the task complete that made it: a call whose reply
 * was lost, or one that was answered while the instance was being rolled back.
 */
@Component
class SettleUnfinishedCall extends PingOneTask {

    private final Map<String, CreatingTask> tasks;

    SettleUnfinishedCall(PingOneAccess access, List<CreatingTask> tasks) {
        super(access);
        this.tasks = tasks.stream().collect(Collectors.toMap(CreatingTask::taskId, task -> task));
    }

    @Override
    int calls(DelegateExecution execution) {
        return 0;
    }

    @Override
    void carryOut(DelegateExecution execution, PingOneClient pingone) {
        journal().close(step(execution, execution.getCurrentActivityId()));
        for (String name : journal().stepsThatCreate(execution.getProcessInstanceId())) {
            CreatingTask task = tasks.get(name);
            if (task.made(execution) == null) {
                Step step = step(execution, name);
                Creation creation = task.creation(execution);
                journal().settle(step, pingone, creation).ifPresent(id -> journal().delete(step, pingone, creation, id));
            }
        }
    }

    @Override
    boolean undoes() {
        return true;
    }
}
