package org.signonflow.rollout;

import java.util.List;
import java.util.Map;
import org.signonflow.pingone.SignOnPolicy;

/**
 * What a roll-out's rows need to know of their environment in PingOne, read once for all of them.
 *
 * @param openidResourceId null if no scopes are granted
 * @param scopeIds         the ids of the resource's scopes by name
 * @param policyId         the existing policy that all share; null if there is none
 * @param policies         the names of all policies by id; empty if read by an earlier version
 * @param found            what else was found, see {@link Found}; empty likewise
 */
public record EnvironmentLookup(String environment, String openidResourceId, Map<String, String> scopeIds, String policyId,
                    Map<String, String> policies, Map<String, String> found) {

    /** All policies, as far as known here. */
    public List<SignOnPolicy> listPolicies() {
        return policies.entrySet().stream().map(policy -> new SignOnPolicy(policy.getKey(), policy.getValue(), null,
            policy.getKey().equals(found.get(Found.DEFAULT_POLICY_ID)), null)).toList();
    }

    /** How many calls it takes to list applications and policies, going by the last time. */
    public int listCalls() {
        return Integer.parseInt(found.getOrDefault(Found.LIST_CALLS, "2"));
    }
}
