package org.signonflow.sandbox;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import org.signonflow.sandbox.Problem.Detail;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is specific to applications: the defaults shown in replies, and rules across several members. */
final class Applications {

    private Applications() {
    }

    /**
     * Adds the defaults that PingOne adds, but only those in its published responses ("Login with multifactor authentication", step 1).
     * Defaults of members missing there, such as {@code refreshTokenType}, must not be made up: the Terraform provider would see a change.
     */
    static void complete(ObjectNode body, String id) {
        lack(body, "enabled", false);
        lack(body, "hiddenFromAppPortal", false);
        if (!is(body, "protocol", "OPENID_CONNECT") || body.get("type").stringValue().startsWith("PING_ONE_")) {
            return;
        }
        lack(body, "clientId", id);
        lack(body, "assignActorRoles", false);
        lack(body, "idpSignoff", false);
        lack(body, "requestScopesForMultipleResourcesEnabled", false);
        lack(body, "additionalRefreshTokenReplayProtectionEnabled", true);
        lack(body, "pkceEnforcement", "OPTIONAL");
        lack(body, "parRequirement", "OPTIONAL");
        lack(body, "parTimeout", 60);
        lack(body, "deviceTimeout", 600);
        lack(body, "devicePollingInterval", 5);
        boolean hasSecret = List.of("WEB_APP", "WORKER", "SERVICE").contains(body.get("type").stringValue());
        lack(body, "tokenEndpointAuthMethod", hasSecret ? "CLIENT_SECRET_BASIC" : "NONE");
        if (!body.has("grantTypes")) {
            var grantTypes = body.putArray("grantTypes");
            switch (body.get("type").stringValue()) {
                case "NATIVE_APP" -> grantTypes.add("AUTHORIZATION_CODE").add("IMPLICIT");
                case "SINGLE_PAGE_APP" -> grantTypes.add("IMPLICIT");
                case "WORKER" -> grantTypes.add("CLIENT_CREDENTIALS");
                default -> grantTypes.add("AUTHORIZATION_CODE");
            }
        }
        if (is(body, "type", "NATIVE_APP")) {
            completeMobile(body);
        }
        if (is(body, "type", "WORKER")) {
            // Not on any page; the Terraform provider's acceptance tests of minimal workers find it.
            lack(body.withObjectProperty("accessControl").withObjectProperty("role"), "type", "ADMIN_USERS_ONLY");
        }
    }

    /** The published request has bundle id and package name outside {@code mobile}, where they belong now; replies have both places. */
    private static void completeMobile(ObjectNode body) {
        ObjectNode mobile = body.withObjectProperty("mobile");
        for (String name : List.of("bundleId", "packageName")) {
            if (body.has(name) && !mobile.has(name)) {
                mobile.set(name, body.get(name));
            }
        }
        lack(mobile, "passcodeGracePeriod", 5);
        if (!mobile.has("passcodeRefreshDuration")) {
            mobile.putObject("passcodeRefreshDuration").put("duration", 30).put("timeUnit", "SECONDS");
        }
        lack(mobile.withObjectProperty("integrityDetection"), "mode", "DISABLED");
    }

    static void check(ObjectNode body, Collection<Detail> invalid) {
        boolean wildcards = body.path("allowWildcardInRedirectUris").booleanValue(false);
        for (JsonNode uri : body.path("redirectUris")) {
            if (!wildcards && uri.stringValue().contains("*")) {
                invalid.add(Detail.invalid("redirectUris", "Wildcards are not allowed in redirect URIs."));
            }
        }
        for (String member : List.of("redirectUris", "postLogoutRedirectUris")) {
            for (JsonNode uri : body.path(member)) {
                if (!isAbsoluteUri(uri.stringValue())) {
                    invalid.add(Detail.invalid(member, "must be absolute URIs"));
                }
            }
        }
        if (body.has("mobile") && !is(body, "type", "NATIVE_APP")) {
            invalid.add(Detail.invalid("mobile", "is for native applications only"));
        }
        if (is(body, "tokenEndpointAuthMethod", "PRIVATE_KEY_JWT") && !body.has("jwks") && !body.has("jwksUrl")) {
            invalid.add(Detail.required("jwksUrl"));
        }
        if (is(body, "tokenEndpointAuthMethod", "NONE") && List.of("WORKER", "SERVICE").contains(body.get("type").stringValue())) {
            invalid.add(Detail.invalid("tokenEndpointAuthMethod", "must not be NONE for an application without a user"));
        }
        if (body.path("requireSignedRequestObject").booleanValue(false)
                && body.path("supportUnsignedRequestObject").booleanValue(false)) {
            invalid.add(Detail.invalid("supportUnsignedRequestObject", "must not be true together with requireSignedRequestObject"));
        }
        if (body.has("refreshTokenDuration") && body.has("refreshTokenRollingDuration")
                && body.get("refreshTokenDuration").longValue() > body.get("refreshTokenRollingDuration").longValue()) {
            invalid.add(Detail.invalid("refreshTokenDuration", "must not be greater than refreshTokenRollingDuration"));
        }
        if (is(body.path("corsSettings"), "behavior", "ALLOW_NO_ORIGINS") && !body.at("/corsSettings/origins").isEmpty()) {
            invalid.add(Detail.invalid("corsSettings.origins", "must be empty when no origin is allowed"));
        }
        checkIntegrityDetection(body.at("/mobile/integrityDetection"), invalid);
    }

    private static boolean isAbsoluteUri(String text) {
        try {
            return text.chars().allMatch(c -> c < 128) && new URI(text.replace('*', 'x')).isAbsolute();
        } catch (URISyntaxException notUri) {
            return false;
        }
    }

    private static void checkIntegrityDetection(JsonNode detection, Collection<Detail> invalid) {
        if (detection.path("excludedPlatforms").size() > 1) {
            invalid.add(Detail.invalid("mobile.integrityDetection.excludedPlatforms", "must not have more than one value"));
        }
        if (!is(detection, "mode", "ENABLED")) {
            return;
        }
        if (!detection.has("cacheDuration")) {
            invalid.add(Detail.required("mobile.integrityDetection.cacheDuration"));
        }
        boolean withoutGoogle = is(detection.path("excludedPlatforms"), 0, "GOOGLE");
        if (!withoutGoogle && !detection.has("googlePlay")) {
            invalid.add(Detail.required("mobile.integrityDetection.googlePlay"));
        }
    }

    private static boolean is(JsonNode in, String member, String value) {
        return in.path(member).asString("").equals(value);
    }

    private static boolean is(JsonNode in, int index, String value) {
        return in.path(index).asString("").equals(value);
    }

    private static void lack(ObjectNode body, String member, Object value) {
        body.putIfAbsent(member, Json.of(value));
    }
}
