package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.NeedsOperator;

/** A compensation handler: deletes what a completed task created. */
abstract class UndoingTask extends PingOneTask {

    private final CreatingTask creating;
    private final Undo undo;

    UndoingTask(PingOneAccess access, CreatingTask creating, Undo undo) {
        super(access);
        this.creating = creating;
        this.undo = undo;
    }

    @Override
    protected final void carryOut(DelegateExecution execution, PingOneClient pingone) {
        // From the journal, never from a variable, which people may change: what others created is not ours to delete.
        CreatedObject made = journal().made(step(execution, creating.taskId())).orElseThrow(() -> new NeedsOperator(
            "%s: the journal has no record of what was created. Nothing was deleted.".formatted(execution.getCurrentActivityName()), null));
        undo.undo(execution, pingone, execution.getCurrentActivityId(), undo.withKind(execution, made));
    }

    @Override
    public boolean undoes() {
        return true;
    }
}
