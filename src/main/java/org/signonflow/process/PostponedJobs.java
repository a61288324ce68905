package org.signonflow.process;

/** Jobs that were {@link Postponed} because what they wait for had not happened yet. */
public interface PostponedJobs {

    /** Makes an instance's postponed jobs due now. Does nothing if there are none, or another thread is already working on them. */
    void wake(String instanceId);
}
