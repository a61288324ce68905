package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;

/** The job that this thread carries out, as it was before. */
public interface CurrentJob {

    Job get();

    /** Whether an attempt of it has failed, however it came to this one. One that only came too early has not. */
    boolean hasFailedBefore();
}
