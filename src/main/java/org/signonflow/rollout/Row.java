package org.signonflow.rollout;

import java.util.Map;

/**
 * One application of a roll-out, or a policy that its applications share.
 *
 * @param line       the line of the list, or the element of a JSON list, counted from 1; 0 and below for a shared policy
 * @param request    what was asked for: the variables of the flows by name, those that are shared included
 * @param instanceId the row's own process instance; null before it was begun
 * @param trouble    null where there is none
 * @param problem    what PingOne said, or why the row ended early; null where nothing is wrong
 * @param ids        the ids in PingOne, by the name of the variable: {@code applicationId}, {@code policyId} and so on
 */
public record Row(String rollOutId, int line, Map<String, String> request, String instanceId, RowState state, Trouble trouble,
                  String problem, Map<String, String> ids) {

    /** Whether it stands for a policy that others share. */
    public boolean isSharedPolicy() {
        return line <= 0;
    }
}
