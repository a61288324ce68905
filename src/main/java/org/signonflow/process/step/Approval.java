package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.PingOneClient;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How it is approved that a policy takes effect: by somebody who is asked about this flow alone, or about the roll-out it is a row of. */
public interface Approval {

    /** Whether the instance is approved in this way. */
    boolean covers(DelegateExecution execution);

    /** How many calls {@link #prepare} makes when nothing is amiss. */
    int callsToPrepare(DelegateExecution execution);

    /** Before anything is made for an application that is there: finds out what its users sign on with, for who decides to read. */
    void prepare(DelegateExecution execution, PingOneClient pingone);

    /** How many calls {@link #check} is known to make. */
    int callsToCheck(DelegateExecution execution);

    /**
     * Right before the policy is assigned: looks whether PingOne still has what was approved, unless that was seen lately.
     *
     * @param lastTried when an earlier attempt to assign it ended; empty at the first
     * @return since when no other instance may have changed what is assigned to the application; null where nobody was shown it
     * @throws RuntimeException where it must not be assigned now
     */
    Instant check(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried);

    /** The way in which an instance is approved. */
    static Approval of(List<Approval> approvals, DelegateExecution execution) {
        return approvals.stream().filter(approval -> approval.covers(execution)).findFirst().orElseThrow();
    }
}
