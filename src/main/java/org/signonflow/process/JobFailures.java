package org.signonflow.process;

/** Is notified of each failed attempt of a job, in the transaction that records it on the job. */
public interface JobFailures {

    /**
     * @param step    the element of the model
     * @param message the step's error message
     * @param code    see {@link StepFailed#code}; null if something else has failed
     * @param forGood whether the engine has given up, so that a person has to step in
     */
    void failed(String instanceId, String step, String message, String code, boolean forGood);
}
