package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;

import java.util.Optional;

/** Deletes what a completed task created: as its compensation handler, or as a step of the undo of the whole change. */
abstract class UndoingTask extends PingOneTask {

    private final CreatingTask creating;
    private final Undo undo;
    private final UndoReview review;

    UndoingTask(PingOneAccess access, CreatingTask creating, Undo undo, UndoReview review) {
        super(access);
        this.creating = creating;
        this.undo = undo;
        this.review = review;
    }

    @Override
    protected final int takePermits(DelegateExecution execution) {
        // A compensation handler's are taken by the event that throws it.
        return ProcessVariables.isUndo(execution) ? remaining(execution).map(made -> review.takePermits(execution, made)).orElse(0)
            : super.takePermits(execution);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        // From the journal, never from a variable, which people may change: what others created is not ours to delete.
        if (ProcessVariables.isUndo(execution)) {
            remaining(execution).ifPresent(made -> {
                review.requireAsShown(execution, pingone, made);
                undo.undo(execution, pingone, execution.getCurrentActivityId(), made);
            });
            return;
        }
        CreatedObject made = journal().made(step(execution, creating.taskId())).orElseThrow(() -> new NeedsOperator(
            "%s: the journal has no record of what was created. Nothing was deleted.".formatted(execution.getCurrentActivityName()), null));
        undo.undo(execution, pingone, execution.getCurrentActivityId(), undo.withKind(execution, made));
    }

    /** What the undone change has left of it; empty if it never created it, or if an earlier attempt deleted it. */
    private Optional<CreatedObject> remaining(DelegateExecution execution) {
        return undo.remaining(execution).stream().filter(made -> made.kind() == creating.kind()).findFirst();
    }

    @Override
    public boolean undoes() {
        return true;
    }
}
