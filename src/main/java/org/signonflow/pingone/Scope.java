package org.signonflow.pingone;

import tools.jackson.databind.JsonNode;

/**
 * A scope of a resource, such as {@code profile} of {@code openid}. The name may be null.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/resources/resource-scopes.html">PingOne API: scopes</a>
 */
public record Scope(String id, String name) {

    static Scope from(JsonNode json) throws Json.UnusableException {
        return new Scope(Json.id(json), Json.text(json, "name"));
    }
}
