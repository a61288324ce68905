package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.PingOneClient;

/** A compensation handler: removes what a completed task has made. */
abstract class UndoingTask extends PingOneTask {

    private final CreatingTask creating;

    UndoingTask(PingOneAccess access, CreatingTask creating) {
        super(access);
        this.creating = creating;
    }

    @Override
    final void carryOut(DelegateExecution execution, PingOneClient pingone) {
        journal().delete(step(execution, execution.getCurrentActivityId()), pingone, creating.creation(execution),
            creating.made(execution));
    }

    @Override
    boolean undoes() {
        return true;
    }
}
