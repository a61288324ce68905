package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Undoes {@link AssignPolicy} before anybody has approved that; if nobody does, {@link AssignPolicyAgain} takes it back. */
@Component
class UnassignPolicyAtOnce extends UndoingTask {

    static final String TASK = "Task_UnassignPolicyAtOnce";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);

    private final Changes changes;
    private final Clock clock;

    UnassignPolicyAtOnce(PingOneAccess access, AssignPolicy made, Undo undo, UndoReview review, Changes changes, Clock clock) {
        super(access, made, undo, review);
        this.changes = changes;
        this.clock = clock;
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        // Whoever rolls it back waits for the lock, or has done so by now: nothing is to be deleted after the policy was assigned again.
        if (changes.lock(execution.getProcessInstanceId()) != ChangeState.UNDOING) {
            throw new NeedsOperator("The undo has gone on meanwhile. Nothing was deleted.", null);
        }
        super.carryOut(execution, pingone);
        execution.setVariable(ProcessVariables.UNASSIGNED_AT, TIME.format(clock.instant()));
        changes.unassigned(ProcessVariables.changeOf(execution), execution.getProcessInstanceId());
    }
}
