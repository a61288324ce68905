package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.FlowVariables;
import org.signonflow.quota.Lane;
import org.signonflow.quota.Quota;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Lets a job call PingOne when it is its turn within the quota. A job that must wait is told once until when. That it was, is written on
 * the job itself, so that another node knows it too, and so does this one after a restart.
 */
@Component
public class CallPermits {

    public static final String WAITS = "Waits for its turn within PingOne's quota.";

    /** Jobs that no node was there for must not come all at once. */
    private static final Duration LATEST = Duration.ofSeconds(10);

    private final Quota quota;
    private final CurrentJob currentJob;
    private final Clock clock;

    CallPermits(Quota quota, CurrentJob currentJob, Clock clock) {
        this.quota = quota;
        this.currentJob = currentJob;
        this.clock = clock;
    }

    /** @throws Postponed when the calls may not be made now */
    public void take(DelegateExecution execution, int calls) {
        if (calls == 0) {
            return;
        }
        Instant now = clock.instant();
        Instant turn = turn(currentJob.get());
        if (turn != null && now.isBefore(turn)) {
            // Somebody runs the job by hand.
            throw new Postponed(turn, WAITS);
        }
        boolean waited = turn != null && now.isBefore(turn.plus(LATEST));
        Duration wait = quota.take(ProcessVariables.text(execution, FlowVariables.ENVIRONMENT), lane(execution), calls, waited);
        if (!wait.isZero()) {
            throw new Postponed(now.plus(wait), WAITS);
        }
    }

    /** Counts calls that were made beyond those of the turn. */
    public void owe(DelegateExecution execution, int calls) {
        quota.owe(ProcessVariables.text(execution, FlowVariables.ENVIRONMENT), lane(execution), calls);
    }

    /** The time that the job was told, or null when it was told none, or has failed since. */
    private static Instant turn(Job job) {
        return WAITS.equals(job.getExceptionMessage()) && job.getDuedate() != null ? job.getDuedate().toInstant() : null;
    }

    private static Lane lane(DelegateExecution execution) {
        return execution.hasVariable(ProcessVariables.ROLL_OUT) ? Lane.ROLL_OUT : Lane.PEOPLE;
    }
}
