package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.slf4j.MDC;

/**
 * Which instance, change and environment a job is about, in each line that it logs (MDC). The engine's own {@code processInstanceId} is not
 * there any more when a failure is recorded.
 */
public final class AboutJob {

    private static final String INSTANCE = "instance";
    private static final String CHANGE = "change";
    private static final String ENVIRONMENT = "environment";

    private AboutJob() {
    }

    /** From now on, this thread's lines are about what the job is about. */
    public static void begin(DelegateExecution job) {
        MDC.put(INSTANCE, job.getProcessInstanceId());
        MDC.put(CHANGE, ProcessVariables.changeOf(job));
        MDC.put(ENVIRONMENT, ProcessVariables.text(job, FlowVariables.ENVIRONMENT));
    }

    /** The lines to come are not. */
    public static void end() {
        MDC.remove(INSTANCE);
        MDC.remove(CHANGE);
        MDC.remove(ENVIRONMENT);
    }
}
