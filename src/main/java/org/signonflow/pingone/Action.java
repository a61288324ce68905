package org.signonflow.pingone;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * An action of a sign-on policy. PingOne gives it neither a natural key nor a creation time, so only these values tell actions apart.
 *
 * @param type such as {@code MULTI_FACTOR_AUTHENTICATION}; may be null
 * @param priority 0 when PingOne gives none, which it documents as impossible
 * @param authenticators those that are switched on; empty for other types and for the device-policy form
 * @param deviceAuthenticationPolicyId null unless the action refers to a device policy
 * @param noDevicesMode as PingOne writes it; may be null
 * @param condition when the action applies, as JSON; null for always
 * @param applicationIds the native applications for which it enrols users' devices
 * @param settings its other settings by PingOne's name, as JSON, such as {@code registration} of a LOGIN action
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne: actions</a>
 */
public record Action(String id, String type, int priority, Set<Authenticator> authenticators, String deviceAuthenticationPolicyId,
                     String noDevicesMode, String condition, Set<String> applicationIds,
                     Map<String, String> settings) {

    private static final Set<String> NO_SETTINGS = Set.of("id", "type", "priority", "deviceAuthenticationPolicy", "noDevicesMode", "condition",
        "applications", "signOnPolicy", "environment", "createdAt", "updatedAt", "_links", "_embedded");

    /** Keeps copies of the collections. */
    public Action {
        applicationIds = Set.copyOf(applicationIds);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        authenticators = Set.copyOf(authenticators);
    }

    static Action from(JsonNode json) throws Json.UnusableException {
        Set<Authenticator> enabled = EnumSet.noneOf(Authenticator.class);
        for (Authenticator authenticator : Authenticator.values()) {
            if (Json.bool(json.path(authenticator.member()), "enabled")) {
                enabled.add(authenticator);
            }
        }
        Set<String> applicationIds = new HashSet<>();
        json.path("applications").forEach(application -> applicationIds.add(application.path("id").asString("")));
        return new Action(Json.id(json), Json.text(json, "type"), json.path("priority").asInt(0), enabled,
            Json.text(json.path("deviceAuthenticationPolicy"), "id"), Json.text(json, "noDevicesMode"),
            json.path("condition").isObject() ? json.get("condition").toString() : null, applicationIds,
            Json.notable(json, name -> !NO_SETTINGS.contains(name) && Arrays.stream(Authenticator.values())
                .noneMatch(authenticator -> authenticator.member().equals(name))));
    }
}
