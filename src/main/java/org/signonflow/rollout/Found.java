package org.signonflow.rollout;

import org.signonflow.change.FlowVariables;

/** The names under which is kept what was found in PingOne: of a row's application, and of a policy that was there before. */
public final class Found {

    /** Of an application: its name. */
    public static final String APPLICATION_NAME = FlowVariables.APPLICATION_NAME;
    /** What its users sign on with now, and after, in words. */
    public static final String SIGN_ON_NOW = FlowVariables.SIGN_ON_NOW;
    public static final String SIGN_ON_AFTER = FlowVariables.SIGN_ON_AFTER;
    /** What deserves a second look, a line each. */
    public static final String SECOND_LOOK = FlowVariables.SECOND_LOOK;
    /** The digests of what was found, as {@link org.signonflow.change.Digests} writes them. */
    public static final String DIGESTS = "digests";
    /** Of a policy: its actions, in words. */
    public static final String POLICY_ACTIONS = "policyActions";
    static final String POLICY_DESCRIPTION = FlowVariables.POLICY_DESCRIPTION;
    /** Of an environment: its default policy's id, and how many calls its lists of applications and policies took. */
    static final String DEFAULT_POLICY_ID = "defaultPolicyId";
    static final String LIST_CALLS = "listCalls";

    private Found() {
    }
}
