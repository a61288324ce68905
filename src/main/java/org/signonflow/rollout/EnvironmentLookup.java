package org.signonflow.rollout;

import java.util.List;
import java.util.Map;
import org.signonflow.pingone.SignOnPolicy;

/**
 * What an environment of a roll-out has in PingOne that its rows need, read once for all of them.
 *
 * @param openidResourceId null where no scopes are granted
 * @param scopeIds         the ids of the resource's scopes by name
 * @param policyId         the existing policy that all share; null where there is none
 * @param policies         the names of all policies by id; empty where an earlier version has read it
 * @param found            what else was found, see {@link Found}; likewise
 */
public record EnvironmentLookup(String environment, String openidResourceId, Map<String, String> scopeIds, String policyId,
                    Map<String, String> policies, Map<String, String> found) {

    /** All policies, as far as is told here. */
    public List<SignOnPolicy> listPolicies() {
        return policies.entrySet().stream().map(policy -> new SignOnPolicy(policy.getKey(), policy.getValue(), null,
            policy.getKey().equals(found.get(Found.DEFAULT_POLICY_ID)), null)).toList();
    }

    /** How many calls it takes to list applications and policies: as many as it took. */
    public int listCalls() {
        return Integer.parseInt(found.getOrDefault(Found.LIST_CALLS, "2"));
    }
}
