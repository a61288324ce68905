package org.signonflow.process;

/** Hears of each failed attempt of a job, in the transaction that notes it on the job. */
public interface JobFailures {

    /**
     * @param message what the step said
     * @param forGood whether the engine will not try again by itself, so that a person has to look
     */
    void failed(String instanceId, String message, boolean forGood);
}
