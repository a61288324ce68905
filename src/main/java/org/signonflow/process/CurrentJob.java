package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;

import java.time.Instant;
import java.util.Optional;

/** The job that this thread carries out, as it was before. */
public interface CurrentJob {

    Job get();

    /** When another thread or node may begin it, too; empty where somebody runs it by hand. */
    Optional<Instant> lockedUntil();

    /** Whether an attempt of it has failed, however it came to this one. One that only came too early has not. */
    boolean hasFailedBefore();
}
