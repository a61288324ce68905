package org.signonflow.pingone;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workflow's native OIDC application, to be created: implicit grant, {@code TOKEN} and {@code ID_TOKEN}, no client secret.
 *
 * @param name the display name; PingOne does not require it to be unique
 * @param description may be null
 * @param redirectUris may be null or empty
 * @param bundleId of the iOS app; unique in an environment; may be null
 * @param packageName of the Android app; unique in an environment; may be null
 * @param reference sent as {@code externalId}: identifies the application if the reply is lost; may be null
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/applications/applications-1.html">PingOne API: applications</a>
 */
public record NativeApplication(String name, String description, List<String> redirectUris, String bundleId, String packageName,
                                String reference) {

    private static final int THIRTY_DAYS = 2_592_000;
    private static final int HALF_A_YEAR = 15_552_000;

    /** Keeps a copy of the list. */
    public NativeApplication {
        redirectUris = redirectUris == null ? List.of() : List.copyOf(redirectUris);
    }

    /**
     * The body of step 1 of the published workflow, with what is usual stated. Bundle id and package name go into {@code mobile}, as in
     * the current data model; the published request still shows the old place.
     */
    ObjectNode toJson() {
        ObjectNode json = Json.object().put("enabled", true).put("name", name);
        Json.putIfPresent(json, "description", description);
        json.put("type", "NATIVE_APP").put("protocol", "OPENID_CONNECT");
        json.putArray("responseTypes").add("TOKEN").add("ID_TOKEN");
        json.putArray("grantTypes").add("IMPLICIT");
        json.put("tokenEndpointAuthMethod", "NONE");
        if (!redirectUris.isEmpty()) {
            redirectUris.forEach(json.putArray("redirectUris")::add);
        }
        if (bundleId != null || packageName != null) {
            ObjectNode mobile = json.putObject("mobile");
            Json.putIfPresent(mobile, "bundleId", bundleId);
            Json.putIfPresent(mobile, "packageName", packageName);
        }
        Json.putIfPresent(json, "externalId", reference);
        stateDefaults(json);
        return json;
    }

    /**
     * What PingOne leaves unsaid unless it was sent, by its published replies, and what Ping's Terraform provider sends for every
     * application, even if nobody asks for it: stated from the start, nothing changes when Terraform takes the application over. These
     * are PingOne's defaults, except that it sets refresh tokens no last day; with the implicit grant there are none.
     */
    private static void stateDefaults(ObjectNode json) {
        json.put("allowWildcardInRedirectUris", false).put("includeX5t", false).put("opSessionCheckEnabled", false)
            .put("requireSignedRequestObject", false).put("supportUnsignedRequestObject", false)
            .put("refreshTokenDuration", THIRTY_DAYS).put("refreshTokenRollingDuration", HALF_A_YEAR);
    }
}
