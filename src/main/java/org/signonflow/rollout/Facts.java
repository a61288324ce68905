package org.signonflow.rollout;

import java.util.Map;

/**
 * What an environment of a roll-out has in PingOne that its rows need, read once for all of them.
 *
 * @param openidResourceId null where no scopes are granted
 * @param scopeIds         the ids of the resource's scopes by name
 * @param policyId         the existing policy that all share; null where there is none
 */
public record Facts(String environment, String openidResourceId, Map<String, String> scopeIds, String policyId) {
}
