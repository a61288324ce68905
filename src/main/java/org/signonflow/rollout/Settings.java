package org.signonflow.rollout;

import java.util.Map;

/**
 * The common settings of a roll-out's applications.
 *
 * @param name   of the roll-out
 * @param policy {@link #OWN}, {@link #SHARED} or {@link #EXISTING}; null or blank means {@link #OWN}
 * @param values the flows' variables by name, as texts, for the applications that leave them blank, and the roll-out's reason
 */
public record Settings(String name, String policy, Map<String, String> values) {

    /** Each application gets a new policy of its own. */
    public static final String OWN = "own";
    /** One new policy in each environment, which all its applications share. */
    public static final String SHARED = "shared";
    /** An existing policy. */
    public static final String EXISTING = "existing";
}
