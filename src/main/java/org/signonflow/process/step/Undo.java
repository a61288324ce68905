package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.process.NeedsOperator;
import org.springframework.stereotype.Component;

import java.util.LinkedHashMap;
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
    private final Map<String, CreatingTask> tasks;

    Undo(PingOneAccess access, UsageByOthers usageByOthers, List<CreatingTask> tasks) {
        this.access = access;
        this.usageByOthers = usageByOthers;
        this.tasks = tasks.stream().collect(Collectors.toMap(CreatingTask::taskId, task -> task));
    }

    /** What the instance has created and not deleted, latest first, except for what is deleted along with its parent. */
    List<CreatedObject> remaining(DelegateExecution execution) {
        return access.journal().remaining(execution.getProcessInstanceId()).stream().map(made -> withKind(execution, made))
            .filter(made -> !made.kind().goesWithItsParent()).toList();
    }

    /** Adds kind and parent to an object created by the previous version, which did not record them. */
    CreatedObject withKind(DelegateExecution execution, CreatedObject made) {
        if (made.kind() != null && (made.kind().parent() == null || made.parentId() != null)) {
            return made;
        }
        CreateRequest request = tasks.get(made.step()).creation(execution).request(execution.getProcessInstanceId());
        return made.in(request.kind(), request.parentId());
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
            if (used.isPresent()) {
                throw undoAllBut(execution, pingone, Map.of(made.step(), used.get()));
            }
        } catch (PingOneException failure) {
            if (failure.outcome() != PingOneException.Outcome.REFUSED) {
                throw failure;
            }
            throw undoAllBut(execution, pingone, Map.of(made.step(), refused(made, failure)));
        }
    }

    /**
     * Deletes everything that the instance has created, latest first, except for what has to stay.
     *
     * @param stays the reason, as a sentence, by the step that created the object
     * @return the exception to throw: it says what is left and why, as far as a job's message has room
     * @throws PingOneException if a failure may be transient
     */
    NeedsOperator undoAllBut(DelegateExecution execution, PingOneClient pingone, Map<String, String> stays) {
        Map<String, String> why = new LinkedHashMap<>(stays);
        for (CreatedObject made : remaining(execution)) {
            if (stays.containsKey(made.step())) {
                continue;
            }
            try {
                delete(execution, pingone, made.step(), made).ifPresent(used -> why.put(made.step(), used));
            } catch (PingOneException failure) {
                if (failure.outcome() != PingOneException.Outcome.REFUSED) {
                    throw failure;
                }
                why.put(made.step(), refused(made, failure));
            }
        }
        return new NeedsOperator(execution.getCurrentActivityName() + ": " + String.join(" ", why.values()), null);
    }

    /** @return why it was not deleted, as a sentence, if others have come to use it */
    private Optional<String> delete(DelegateExecution execution, PingOneClient pingone, String step, CreatedObject made) {
        usageByOthers.requireFresh(execution, made.kind());
        return access.journal().delete(PingOneTask.step(execution, step), pingone, made, () -> usageByOthers.sinceChecked(execution, made));
    }

    private static String refused(CreatedObject made, PingOneException failure) {
        String reason = failure.reason();
        return "The %s was not deleted because PingOne refused: %s [status %d, correlation id %s].".formatted(made,
            reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...", failure.status(),
            failure.correlationId());
    }
}
