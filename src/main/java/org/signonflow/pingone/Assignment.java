package org.signonflow.pingone;

import tools.jackson.databind.JsonNode;

/**
 * The assignment of a sign-on policy to an application: the moment at which a policy takes effect.
 *
 * @param policyId may be null in theory only
 * @param priority 0 when PingOne gives none, which it documents as impossible
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/applications/application-sign-on-policy-assignments.html">PingOne:
 *     assignments</a>
 */
public record Assignment(String id, String policyId, int priority) {

    /** An assignment as PingOne has it, which has an id. */
    public static Assignment of(JsonNode json) {
        return new Assignment(json.path("id").asString(), Json.text(json.path("signOnPolicy"), "id"), json.path("priority").asInt(0));
    }

    static Assignment from(JsonNode json) throws Json.UnusableException {
        Json.id(json);
        return of(json);
    }
}
