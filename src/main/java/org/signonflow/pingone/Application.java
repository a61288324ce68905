package org.signonflow.pingone;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * An application as PingOne has it. Everything but the id may be null; times are null when PingOne gives none.
 *
 * @param bundleId from {@code mobile}, or from the top level where older environments have it
 * @param packageName likewise
 * @param redirectUris empty when PingOne gives none
 * @param grantTypes likewise
 * @param externalId the reference that its creator gave it
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/applications/applications-1.html">PingOne API: applications</a>
 */
public record Application(String id, String name, String description, String type, boolean enabled, String bundleId, String packageName,
                          List<String> redirectUris, List<String> grantTypes, String externalId, Instant createdAt, Instant updatedAt) {

    /** Keeps copies of the lists. */
    public Application {
        redirectUris = List.copyOf(redirectUris);
        grantTypes = List.copyOf(grantTypes);
    }

    static Application from(JsonNode json) throws Json.UnusableException {
        return new Application(Json.id(json), Json.text(json, "name"), Json.text(json, "description"), Json.text(json, "type"),
            Json.bool(json, "enabled"), mobile(json, "bundleId"), mobile(json, "packageName"), Json.texts(json, "redirectUris"),
            Json.texts(json, "grantTypes"), Json.text(json, "externalId"), Json.instant(json, "createdAt"), Json.instant(json, "updatedAt"));
    }

    private static String mobile(JsonNode json, String member) {
        String current = Json.text(json.path("mobile"), member);
        return current != null ? current : Json.text(json, member);
    }
}
