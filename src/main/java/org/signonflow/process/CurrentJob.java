package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;

/** The job that this thread carries out, as it was before. */
public interface CurrentJob {

    Job get();
}
