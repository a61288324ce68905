package org.signonflow.rollout;

import java.util.Map;
import org.signonflow.change.FlowVariables;

/**
 * What a list requests for one application, or for a policy that its applications share.
 *
 * @param line   its position on the list: the line in a CSV file, the element of a JSON list, counted from 1; 0 and below for a shared
 *               policy
 * @param values the flows' variables by name, as texts, without blank ones, and {@code policy}, see {@link Settings}
 */
public record Request(int line, Map<String, String> values) {

    /** Whether it stands for a shared policy. */
    public boolean isSharedPolicy() {
        return line <= 0;
    }

    boolean makesApplication() {
        return values.containsKey(FlowVariables.APPLICATION_NAME);
    }

    boolean makesPolicy() {
        return isSharedPolicy() || values.get(FlowVariables.POLICY).equals(Settings.OWN);
    }

    boolean usesExistingPolicy() {
        return values.get(FlowVariables.POLICY).equals(Settings.EXISTING);
    }
}
