package org.signonflow.process.change;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.change.Changes;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

/** Records that a change has been undone, when its undo completes. */
@Component
class Undone implements ExecutionListener {

    private final Changes changes;

    Undone(Changes changes) {
        this.changes = changes;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (!changes.undone(ProcessVariables.changeOf(execution), execution.getProcessInstanceId())) {
            throw new IllegalStateException("The change %s is not this undo's, or not recorded any more."
                .formatted(ProcessVariables.changeOf(execution)));
        }
    }
}
