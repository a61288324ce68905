package org.signonflow.process;

/** The jobs that come back at a given time, since what they wait for had not come. */
public interface PostponedJobs {

    /** Has an instance's jobs come back at once: it may have come. Does nothing where none waits, or another thread is just at it. */
    void wake(String instanceId);
}
