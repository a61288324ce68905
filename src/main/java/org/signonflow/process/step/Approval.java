package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.PingOneClient;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How an instance is approved before its policy takes effect: as a single flow, or as a row of a roll-out. */
public interface Approval {

    /** Whether this is how the instance is approved. */
    boolean covers(DelegateExecution execution);

    /** How many calls {@link #prepare} makes if nothing goes wrong. */
    int callsToPrepare(DelegateExecution execution);

    /** Called before anything is created for an existing application: finds out how its users sign on, for the approvers to read. */
    void prepare(DelegateExecution execution, PingOneClient pingone);

    /** How many calls {@link #check} is known to make. */
    int callsToCheck(DelegateExecution execution);

    /**
     * Called right before the policy is assigned: verifies that PingOne still matches what was approved, unless that was verified recently.
     *
     * @param lastTried when the last attempt to assign it ended; empty on the first
     * @return since when no other instance may have changed what is assigned to the application; null if nobody was shown it
     * @throws RuntimeException if it must not be assigned now
     */
    Instant check(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried);

    /** Selects how an instance is approved. */
    static Approval of(List<Approval> approvals, DelegateExecution execution) {
        return approvals.stream().filter(approval -> approval.covers(execution)).findFirst().orElseThrow();
    }
}
