package org.signonflow.journal;

/**
 * A step of a process instance on whose behalf PingOne is changed.
 *
 * @param instanceId  the process instance; also the reference set on objects that can carry one
 * @param name        the step's id in the model, such as {@code Task_CreateSignOnPolicy}
 * @param environment the alias of the PingOne environment
 * @param requestedBy the user who requested the change, or null if nobody was logged in
 */
public record Step(String instanceId, String name, String environment, String requestedBy) {
}
