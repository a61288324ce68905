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
 * Permits a job to call PingOne when it is its turn within the quota. A job that must wait is told once until when; this is recorded on the
 * job itself, so that other nodes know it too, and this one after a restart.
 */
@Component
public class CallPermits {

    public static final String WAITS = "Waits for its turn within PingOne's quota.";

    /** Jobs that fell due while no node was running must not all run at once. */
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
            // Someone runs the job manually.
            throw new Postponed(turn, WAITS);
        }
        boolean waited = turn != null && now.isBefore(turn.plus(LATEST));
        Duration wait = quota.take(ProcessVariables.text(execution, FlowVariables.ENVIRONMENT), lane(execution), calls, waited);
        if (!wait.isZero()) {
            throw new Postponed(now.plus(wait), WAITS);
        }
    }

    /** Charges calls that were made beyond those permitted. */
    public void owe(DelegateExecution execution, int calls) {
        quota.owe(ProcessVariables.text(execution, FlowVariables.ENVIRONMENT), lane(execution), calls);
    }

    /** When the job was told to run; null if it was not told, or has failed since. */
    private static Instant turn(Job job) {
        return WAITS.equals(job.getExceptionMessage()) && job.getDuedate() != null ? job.getDuedate().toInstant() : null;
    }

    private static Lane lane(DelegateExecution execution) {
        return execution.hasVariable(ProcessVariables.ROLL_OUT) ? Lane.ROLL_OUT : Lane.PEOPLE;
    }
}
