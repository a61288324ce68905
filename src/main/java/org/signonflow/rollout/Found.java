package org.signonflow.rollout;

import org.signonflow.change.FlowVariables;

/** The keys for storing what was found in PingOne about a row's application or an existing policy. */
public final class Found {

    /** Of an application: its name. */
    public static final String APPLICATION_NAME = FlowVariables.APPLICATION_NAME;
    /** Its type, if it has one. */
    public static final String APPLICATION_TYPE = FlowVariables.APPLICATION_TYPE;
    /** How its users sign on now and afterwards, in words. */
    public static final String SIGN_ON_NOW = FlowVariables.SIGN_ON_NOW;
    public static final String SIGN_ON_AFTER = FlowVariables.SIGN_ON_AFTER;
    /** Of an undo: what would be deleted in PingOne, one per line. */
    public static final String GOES = "goes";
    /** What deserves a second look, one per line; of an undo: what stays. */
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
