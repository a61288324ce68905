package org.signonflow.rollout;

import java.util.Map;

/**
 * What holds for all applications of a roll-out.
 *
 * @param name   of the roll-out
 * @param policy {@link #OWN}, {@link #SHARED} or {@link #EXISTING}; null or blank for the first
 * @param values the flows' variables by name, as texts, for the applications that leave them blank
 */
public record Settings(String name, String policy, Map<String, String> values) {

    /** Each application gets a new policy of its own. */
    public static final String OWN = "own";
    /** One new policy in each environment, which all its applications share. */
    public static final String SHARED = "shared";
    /** A policy that is there. */
    public static final String EXISTING = "existing";
}
