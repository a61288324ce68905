package org.signonflow.process;

/** Is notified of each failed attempt of a job, in the transaction that records it on the job. */
public interface JobFailures {

    /**
     * @param message the step's error message
     * @param forGood whether the engine has given up, so that a person has to step in
     */
    void failed(String instanceId, String message, boolean forGood);
}
