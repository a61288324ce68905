package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/** Raises the priority of the pending task, by which Tasklist sorts. */
@Component
class RemindApprovers implements JavaDelegate {

    /** Camunda's own default is 50, its highest 100. */
    private static final int RAISED = 100;

    @Override
    public void execute(DelegateExecution execution) {
        var tasks = execution.getProcessEngineServices().getTaskService();
        for (Task task : tasks.createTaskQuery().processInstanceId(execution.getProcessInstanceId()).list()) {
            tasks.setPriority(task.getId(), RAISED);
        }
    }
}
