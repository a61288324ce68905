package org.signonflow.rollout;

import java.util.Map;
import org.signonflow.change.FlowVariables;

/**
 * What a list asks for one application, or a policy that its applications share.
 *
 * @param line   where it stands on the list: the line in a CSV file, the element of a JSON list, counted from 1; 0 and below for a shared
 *               policy
 * @param values the flows' variables by name, as texts; blank ones are not there. And {@code policy}: whose it is, see {@link Settings}
 */
public record Request(int line, Map<String, String> values) {

    /** Whether it stands for a policy that others share. */
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
