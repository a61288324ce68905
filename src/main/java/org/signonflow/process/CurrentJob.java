package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;

import java.time.Instant;
import java.util.Optional;

/** The job that this thread is executing, in its state before this execution. */
public interface CurrentJob {

    Job get();

    /** When another thread or node may start it too; empty if it is run manually. */
    Optional<Instant> lockedUntil();

    /** Whether an earlier attempt has failed, whatever led to this one. A postponed attempt does not count as failed. */
    boolean hasFailedBefore();
}
