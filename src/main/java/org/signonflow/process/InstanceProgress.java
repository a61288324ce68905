package org.signonflow.process;

/** Is notified of where each instance stands, in the transaction that brings it there. */
public interface InstanceProgress {

    /** The instance has come to an element of its model. */
    void entered(String instanceId, String activityId);

    /** An administrator has deleted the instance. */
    void deleted(String instanceId);

    /** A text variable has got a value. */
    void set(String instanceId, String variable, String value);

    /** A step has failed for good. */
    void stuck(String instanceId, String incidentId, String message);

    /**
     * The step is no longer stuck.
     *
     * @param retried whether it is repeated; otherwise it is no longer needed
     */
    void freed(String instanceId, String incidentId, boolean retried);
}
