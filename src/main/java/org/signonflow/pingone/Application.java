package org.signonflow.pingone;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * An application as PingOne has it. Everything but the id may be null; times are null when PingOne gives none.
 *
 * @param bundleId from {@code mobile}, or from the top level where older environments have it
 * @param packageName likewise
 * @param redirectUris empty when PingOne gives none
 * @param grantTypes likewise
 * @param settings other settings that affect who signs on, how, and where users are sent, by PingOne's name, as JSON; empty for an
 *     application as created by {@link NativeApplication}
 * @param externalId the reference that its creator gave it
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/applications/applications-1.html">PingOne API: applications</a>
 */
public record Application(String id, String name, String description, String type, boolean enabled, String bundleId, String packageName,
                          List<String> redirectUris, List<String> grantTypes, Map<String, String> settings, String externalId,
                          Instant createdAt, Instant updatedAt) {

    private static final Set<String> SETTINGS = Set.of("accessControl", "allowWildcardInRedirectUris", "corsSettings", "homePageUrl",
        "initiateLoginUri", "jwks", "jwksUrl", "loginPageUrl", "parRequirement", "pkceEnforcement", "postLogoutRedirectUris",
        "requestScopesForMultipleResourcesEnabled", "requireSignedRequestObject", "responseTypes", "supportUnsignedRequestObject",
        "targetLinkUri", "tokenEndpointAuthMethod");
    private static final Map<String, String> USUAL = Map.of("parRequirement", "\"OPTIONAL\"", "pkceEnforcement", "\"OPTIONAL\"",
        "responseTypes", "[\"ID_TOKEN\",\"TOKEN\"]", "tokenEndpointAuthMethod", "\"NONE\"");

    /** Keeps copies of the collections. */
    public Application {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        redirectUris = List.copyOf(redirectUris);
        grantTypes = List.copyOf(grantTypes);
    }

    /** An application of which nothing is known but its id, or not even that. */
    public static Application unread(String id) {
        return new Application(id, null, null, null, false, null, null, List.of(), List.of(), Map.of(), null, null, null);
    }

    static Application from(JsonNode json) throws Json.UnusableException {
        return new Application(Json.id(json), Json.text(json, "name"), Json.text(json, "description"), Json.text(json, "type"),
            Json.bool(json, "enabled"), mobile(json, "bundleId"), mobile(json, "packageName"), Json.texts(json, "redirectUris"),
            Json.texts(json, "grantTypes"), settings(json), Json.text(json, "externalId"), Json.instant(json, "createdAt"),
            Json.instant(json, "updatedAt"));
    }

    private static Map<String, String> settings(JsonNode json) {
        Map<String, String> settings = Json.notable(json, SETTINGS::contains);
        settings.entrySet().removeAll(USUAL.entrySet());
        return settings;
    }

    private static String mobile(JsonNode json, String member) {
        String current = Json.text(json.path("mobile"), member);
        return current != null ? current : Json.text(json, member);
    }
}
