package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.CallPermits;
import org.signonflow.process.CallsWithinLock;
import org.signonflow.process.Postponed;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.AssignmentScan.Use;
import org.signonflow.quota.Quota;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out which applications use a sign-on policy, by reading all applications of the environment into this node's memory: a job reads a
 * few when it is its turn within the quota, and comes back until all are read. Other jobs that ask meanwhile are postponed as well, so
 * nothing is read twice.
 */
@Component
class PolicyUses {

    private static final int MOST_AT_ONCE = 20;
    private static final Duration WHILE_OTHERS_READ = Duration.ofSeconds(1);
    /** After this, another job takes over from a reader that has stopped. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** The same for a reader that is not waiting for the quota. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(10);

    private final Quota quota;
    private final CallPermits permits;
    private final CallsWithinLock withinLock;
    private final Clock clock;
    private final Map<String, AssignmentScan> scans = new ConcurrentHashMap<>();

    PolicyUses(Quota quota, CallPermits permits, CallsWithinLock withinLock, Clock clock) {
        this.quota = quota;
        this.permits = permits;
        this.withinLock = withinLock;
        this.clock = clock;
    }

    /**
     * Returns once everything was read at the given time or later.
     *
     * @throws Postponed until then; each attempt reads a little more
     */
    void await(DelegateExecution execution, Instant since) {
        AssignmentScan scan = scan(execution);
        String reader = execution.getProcessInstanceId();
        if (scan.isComplete(since)) {
            return;
        }
        Instant now = clock.instant();
        if (!scan.claim(reader, now.plus(LONGEST_PAUSE))) {
            throw new Postponed(now.plus(WHILE_OTHERS_READ), status(scan, since));
        }
        boolean goesOn = false;
        try {
            int calls = scan.next(since, Math.min(MOST_AT_ONCE, quota.atOnce(environment(execution))));
            permits.take(execution, calls);
            PingOneClient pingone = withinLock.client(environment(execution), reader);
            try {
                scan.read(pingone, since, calls);
            } finally {
                permits.owe(execution, pingone.callsSent() - calls);
            }
            goesOn = !scan.isComplete(since);
            scan.claim(reader, clock.instant().plus(LONGEST_GAP));
        } catch (Postponed waits) {
            scan.claim(reader, waits.until().plus(LONGEST_PAUSE));
            goesOn = true;
            throw waits;
        } finally {
            if (!goesOn) {
                scan.release(reader);
            }
        }
        // Even if everything is read: what comes next needs permits of its own.
        throw new Postponed(clock.instant(), status(scan, since));
    }

    /** How long it takes to read all applications of the environment, by the last time. */
    Duration took(DelegateExecution execution) {
        return scan(execution).took();
    }

    /** Whether everything was read at the given time or later. */
    boolean isKnown(DelegateExecution execution, Instant since) {
        return scan(execution).isComplete(since);
    }

    /** Who used the policy when it was read. */
    List<Use> of(DelegateExecution execution, String policyId) {
        return scan(execution).uses(policyId);
    }

    /**
     * Those of the uses that still exist. They are reread until the given number is confirmed; the others are taken as read.
     *
     * @throws Postponed if that takes more calls than one job should make
     */
    List<Use> still(DelegateExecution execution, PingOneClient pingone, String policyId, List<Use> uses, int some) {
        List<Use> still = new ArrayList<>();
        int reads = 0;
        for (Use use : uses) {
            if (still.size() < some) {
                if (reads++ == MOST_AT_ONCE && still.isEmpty()) {
                    throw new Postponed(clock.instant(), "Checking which of %,d applications still use what is to be deleted."
                        .formatted(uses.size()));
                }
                if (scan(execution).read(pingone, use.applicationId()).stream()
                    .noneMatch(assignment -> policyId.equals(assignment.policyId()))) {
                    continue;
                }
            }
            still.add(use);
        }
        return still;
    }

    /** Makes the next one who asks reread everything. */
    void forget(DelegateExecution execution) {
        scan(execution).forget();
    }

    private AssignmentScan scan(DelegateExecution execution) {
        return scans.computeIfAbsent(environment(execution), any -> new AssignmentScan(clock));
    }

    private static String status(AssignmentScan scan, Instant since) {
        return "Checking which applications use what is to be deleted: " + scan.progress(since) + ".";
    }

    private static String environment(DelegateExecution execution) {
        return ProcessVariables.text(execution, FlowVariables.ENVIRONMENT);
    }
}
