package org.signonflow.rollout;

/** How rows are rechecked against what was approved before they are assigned: through lists of all objects, if that takes fewer calls. */
public final class RecheckPlan {

    private RecheckPlan() {
    }

    /** Whether to list applications and policies for all rows together rather than have each row read its own. */
    public static boolean byLists(int rows, boolean ownPolicies, int listCalls) {
        return callsByRows(rows, ownPolicies) > listCalls + (ownPolicies ? 0 : 1);
    }

    /** Application and policy, and also its actions if the policy is shared or already existed. */
    static int callsByRows(int rows, boolean ownPolicies) {
        return rows * (ownPolicies ? 2 : 3);
    }
}
