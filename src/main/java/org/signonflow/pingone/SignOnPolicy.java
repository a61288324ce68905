package org.signonflow.pingone;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A sign-on policy as PingOne has it.
 *
 * @param name unique in the environment; may be null in theory only
 * @param description may be null
 * @param isDefault whether it is the environment's default; the published sample writes it as a string
 * @param createdAt may be null: the published sample leaves it out
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policies-1.html">PingOne API: policies</a>
 */
public record SignOnPolicy(String id, String name, String description, boolean isDefault, Instant createdAt) {

    /** The environment's default among its policies; null if none is marked as such. */
    public static SignOnPolicy defaultOf(List<SignOnPolicy> policies) {
        return policies.stream().filter(SignOnPolicy::isDefault).findFirst().orElse(null);
    }

    static SignOnPolicy from(JsonNode json) throws Json.UnusableException {
        return new SignOnPolicy(Json.id(json), Json.text(json, "name"), Json.text(json, "description"), Json.bool(json, "default"),
            Json.instant(json, "createdAt"));
    }
}
