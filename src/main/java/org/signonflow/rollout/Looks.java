package org.signonflow.rollout;

/** How PingOne is looked at before rows are assigned, where it is as the approval had it: by lists, where that takes fewer calls. */
public final class Looks {

    private Looks() {
    }

    /** Whether to list applications and policies for all rows together, rather than have each row read its own. */
    public static boolean byLists(int rows, boolean ownPolicies, int listCalls) {
        return callsByRows(rows, ownPolicies) > listCalls + (ownPolicies ? 0 : 1);
    }

    /** Application and policy; where others have made the policy, or it was there, its actions too. */
    static int callsByRows(int rows, boolean ownPolicies) {
        return rows * (ownPolicies ? 2 : 3);
    }
}
