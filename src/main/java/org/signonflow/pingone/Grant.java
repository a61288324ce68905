package org.signonflow.pingone;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The scopes of one resource that an application may request. PingOne allows one grant per resource and application.
 *
 * @param resourceId may be null
 * @param scopeIds empty when PingOne names none
 * @param createdAt may be null
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/applications/application-resource-grants.html">PingOne: grants</a>
 */
public record Grant(String id, String resourceId, List<String> scopeIds, Instant createdAt) {

    /** Keeps a copy of the list. */
    public Grant {
        scopeIds = List.copyOf(scopeIds);
    }

    static Grant from(JsonNode json) throws Json.UnusableException {
        List<String> scopeIds = new ArrayList<>();
        for (JsonNode scope : json.path("scopes")) {
            scopeIds.add(Json.id(scope));
        }
        return new Grant(Json.id(json), Json.text(json.path("resource"), "id"), scopeIds, Json.instant(json, "createdAt"));
    }
}
