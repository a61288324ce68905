package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs before undo: removes what compensation does not cover because the engine never saw the creating task complete: after a call whose
 * reply was lost, or one that was answered while the instance was being rolled back.
 */
@Component
class SettleUnfinishedCall extends PingOneTask {

    private final Map<String, CreatingTask> tasks;
    private final UsageByOthers usageByOthers;
    private final Undo undo;

    SettleUnfinishedCall(PingOneAccess access, List<CreatingTask> tasks, UsageByOthers usageByOthers, Undo undo) {
        super(access);
        this.usageByOthers = usageByOthers;
        this.undo = undo;
        this.tasks = tasks.stream().collect(Collectors.toMap(CreatingTask::taskId, task -> task));
    }

    @Override
    protected int calls(DelegateExecution execution) {
        return 0;
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        journal().close(step(execution, execution.getCurrentActivityId()));
        for (String name : journal().stepsThatCreate(execution.getProcessInstanceId())) {
            CreatingTask task = tasks.get(name);
            if (task.made(execution) == null) {
                journal().settle(step(execution, name), pingone, task.creation(execution));
            }
        }
        List<CreatedObject> unseen = undo.remaining(execution).stream()
            .filter(made -> tasks.get(made.step()).made(execution) == null).toList();
        usageByOthers.await(execution, unseen, () -> { });
        Map<String, String> stays = usageByOthers.of(execution, pingone, unseen);
        if (!stays.isEmpty()) {
            throw undo.undoAllBut(execution, pingone, stays);
        }
        unseen.forEach(made -> undo.undo(execution, pingone, made.step(), made));
    }

    @Override
    public boolean undoes() {
        return true;
    }
}
