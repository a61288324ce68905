package org.signonflow.pingone;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code MULTI_FACTOR_AUTHENTICATION} action to create, in one of PingOne's two forms: authenticators enabled individually, as in all
 * published workflows, or a reference to an MFA device policy, which newer environments prefer. Use the factory methods.
 *
 * @param priority 1 or more; lower runs first; PingOne accepts equal ones
 * @param enabled authenticators sent as {@code {"enabled": true}}
 * @param disabled authenticators sent as {@code {"enabled": false}}; the others are omitted
 * @param applicationId the native application to enrol and authorise devices with; null for none
 * @param deviceAuthenticationPolicyId the device policy; null in the per-authenticator form
 * @param noDevicesMode only with a device policy; null leaves it to PingOne
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne: actions</a>
 */
public record MfaAction(int priority, Set<Authenticator> enabled, Set<Authenticator> disabled, String applicationId,
                        String deviceAuthenticationPolicyId, NoDevicesMode noDevicesMode) {

    static final String TYPE = "MULTI_FACTOR_AUTHENTICATION";

    /** @throws IllegalArgumentException if the two forms are mixed, nothing is enabled, the priority is below 1 or an id is not a UUID */
    public MfaAction {
        enabled = unmodifiable(enabled);
        disabled = unmodifiable(disabled);
        require(priority >= 1, "The priority of an action must be 1 or more.");
        require(Collections.disjoint(enabled, disabled), "An authenticator cannot be both on and off.");
        if (deviceAuthenticationPolicyId == null) {
            require(!enabled.isEmpty(), "An MFA action needs an authenticator or a device authentication policy.");
            require(noDevicesMode == null, "noDevicesMode is only allowed together with a device authentication policy.");
        } else {
            Ids.requireUuid(deviceAuthenticationPolicyId, "deviceAuthenticationPolicyId");
            require(enabled.isEmpty() && disabled.isEmpty() && applicationId == null,
                "An MFA action names a device authentication policy or authenticators, not both.");
        }
        if (applicationId != null) {
            Ids.requireUuid(applicationId, "applicationId");
        }
    }

    /**
     * The action of the workflow "Login with an authenticator app": {@code authenticator}, {@code email} and {@code sms} are always sent,
     * enabled or disabled, the others only when enabled. The published sample's {@code condition} is only an example and is not sent.
     */
    public static MfaAction withAuthenticators(int priority, Collection<Authenticator> enabled, String applicationId) {
        Set<Authenticator> disabled = EnumSet.of(Authenticator.AUTHENTICATOR, Authenticator.EMAIL, Authenticator.SMS);
        disabled.removeAll(enabled);
        return new MfaAction(priority, unmodifiable(enabled), disabled, applicationId, null, null);
    }

    /** The action of the workflow "Login with passwordless authentication": only enabled authenticators are sent, and no application. */
    public static MfaAction passwordless(int priority, Collection<Authenticator> enabled) {
        return new MfaAction(priority, unmodifiable(enabled), Set.of(), null, null, null);
    }

    /** The action that leaves the choice of devices to an MFA device policy; {@code noDevicesMode} may be null. */
    public static MfaAction withDevicePolicy(int priority, String deviceAuthenticationPolicyId, NoDevicesMode noDevicesMode) {
        Ids.requireUuid(deviceAuthenticationPolicyId, "deviceAuthenticationPolicyId");
        return new MfaAction(priority, Set.of(), Set.of(), null, deviceAuthenticationPolicyId, noDevicesMode);
    }

    /** Whether an action found in PingOne matches this one, as far as PingOne shows it. */
    public boolean isLike(Action found) {
        return TYPE.equals(found.type()) && priority == found.priority() && found.condition() == null
            && (deviceAuthenticationPolicyId == null ? enabled.equals(found.authenticators())
                : deviceAuthenticationPolicyId.equalsIgnoreCase(found.deviceAuthenticationPolicyId()))
            && (noDevicesMode == null || noDevicesMode.name().equals(found.noDevicesMode()));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("priority", priority).put("type", TYPE);
        if (deviceAuthenticationPolicyId != null) {
            json.putObject("deviceAuthenticationPolicy").put("id", deviceAuthenticationPolicyId);
            Json.putIfPresent(json, "noDevicesMode", noDevicesMode == null ? null : noDevicesMode.name());
            return json;
        }
        json.putObject("recovery").put("enabled", false);
        for (Authenticator authenticator : Authenticator.values()) {
            if (enabled.contains(authenticator) || disabled.contains(authenticator)) {
                json.putObject(authenticator.member()).put("enabled", enabled.contains(authenticator));
            }
        }
        if (applicationId != null) {
            ObjectNode application = json.putArray("applications").addObject().put("id", applicationId);
            application.putObject("autoEnrollment").put("enabled", true);
            application.putObject("deviceAuthorization").put("enabled", true).put("extraVerification", "permissive");
        }
        return json;
    }

    private static Set<Authenticator> unmodifiable(Collection<Authenticator> authenticators) {
        Set<Authenticator> copy = EnumSet.noneOf(Authenticator.class);
        copy.addAll(authenticators);
        return Collections.unmodifiableSet(copy);
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
