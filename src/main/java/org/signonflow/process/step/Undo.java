package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Changes;
import org.signonflow.change.PlainText;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.process.Failures;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Deletes what an instance has created, according to the journal: nothing is deleted twice. */
@Component
class Undo {

    private static final int LONGEST_REASON = 250;

    private final PingOneAccess access;
    private final UsageByOthers usageByOthers;
    private final Changes changes;
    private final Map<String, CreatingTask> tasks;

    Undo(PingOneAccess access, UsageByOthers usageByOthers, Changes changes, List<CreatingTask> tasks) {
        this.access = access;
        this.usageByOthers = usageByOthers;
        this.changes = changes;
        this.tasks = tasks.stream().collect(Collectors.toMap(CreatingTask::taskId, task -> task));
    }

    /** What of the change was created and not deleted, latest first, except for what is deleted along with its parent. */
    List<CreatedObject> remaining(DelegateExecution execution) {
        return CreatedObject.inPlace(access.journal().remaining(access.instances(execution)).stream()
            .map(made -> withKind(execution, made)).filter(made -> !made.kind().goesWithItsParent()).toList());
    }

    /** Adds kind and parent to an object created by the previous version, which did not record them. */
    CreatedObject withKind(DelegateExecution execution, CreatedObject made) {
        if (made.kind() != null && (made.kind().parent() == null || made.parentId() != null)) {
            return made;
        }
        return tasks.get(made.step()).located(execution, made);
    }

    /**
     * Deletes one object.
     *
     * @param step on whose behalf
     * @throws NeedsOperator    if PingOne refuses, or others have come to use it; then the rest is undone first, since no retry would get to it
     * @throws PingOneException if the failure may be transient
     */
    void undo(DelegateExecution execution, PingOneClient pingone, String step, CreatedObject made) {
        try {
            Optional<String> used = delete(execution, pingone, step, made);
            if (used.isPresent() && ProcessVariables.isUndo(execution)) {
                throw new BpmnError(Failures.CHANGED_SINCE_APPROVAL,
                    PlainText.oneLine("The %s was not deleted because %s.".formatted(made, used.get())));
            }
            if (used.isPresent()) {
                throw undoAllBut(execution, pingone, Map.of(made.id(), used.get()));
            }
        } catch (PingOneException failure) {
            // The rest of an undo is not to be deleted before its turn.
            if (failure.outcome() != PingOneException.Outcome.REFUSED || ProcessVariables.isUndo(execution)) {
                throw failure;
            }
            throw undoAllBut(execution, pingone, Map.of(made.id(), refused(failure)));
        }
    }

    /**
     * Deletes everything that the instance has created, latest first, except for what has to stay.
     *
     * @param stays why, by the object's id, such as {@code another application uses it: Shop}
     * @return the exception to throw: it says what is left and why, as far as a job's message has room
     * @throws PingOneException if a failure may be transient
     */
    NeedsOperator undoAllBut(DelegateExecution execution, PingOneClient pingone, Map<String, String> stays) {
        List<String> why = new ArrayList<>();
        for (CreatedObject made : remaining(execution)) {
            String reason = stays.get(made.id());
            if (reason == null) {
                try {
                    reason = delete(execution, pingone, made.step(), made).orElse(null);
                } catch (PingOneException failure) {
                    if (failure.outcome() != PingOneException.Outcome.REFUSED) {
                        throw failure;
                    }
                    reason = refused(failure);
                }
            }
            if (reason != null) {
                why.add("The %s was not deleted because %s.".formatted(made, reason));
            }
        }
        return new NeedsOperator(execution.getCurrentActivityName() + ": " + String.join(" ", why), null);
    }

    /** @return why it was not deleted, if others have come to use it */
    private Optional<String> delete(DelegateExecution execution, PingOneClient pingone, String step, CreatedObject made) {
        requireClaimed(execution);
        usageByOthers.requireFresh(execution, made.kind());
        return access.journal().delete(PingOneTask.step(execution, step), pingone, made, () -> usageByOthers.sinceChecked(execution, made));
    }

    /** Which change is undone follows from the record, not from the variable, which an administrator may change. */
    private void requireClaimed(DelegateExecution execution) {
        String change = ProcessVariables.changeOf(execution);
        if (ProcessVariables.isUndo(execution) && changes.find(change)
            .filter(undone -> execution.getProcessInstanceId().equals(undone.undoneBy())).isEmpty()) {
            throw new NeedsOperator("%s: this was not started to undo the change %s. Nothing was deleted.".formatted(
                execution.getCurrentActivityName(), change), null);
        }
    }

    private static String refused(PingOneException failure) {
        String reason = failure.reason();
        return "PingOne refused: %s [status %d, correlation id %s]".formatted(
            reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...", failure.status(),
            failure.correlationId());
    }
}
