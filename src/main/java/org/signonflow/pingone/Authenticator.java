package org.signonflow.pingone;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The device types that an MFA action can enable individually.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne: actions</a>
 */
public enum Authenticator {

    /** An authenticator app (TOTP). */
    AUTHENTICATOR("authenticator"),
    /** A passcode by e-mail. */
    EMAIL("email"),
    /** A passcode by text message. */
    SMS("sms"),
    /** A passcode by phone call. */
    VOICE("voice"),
    /** FIDO2 platform biometrics. */
    BOUND_BIOMETRICS("boundBiometrics"),
    /** A FIDO2 security key. */
    SECURITY_KEY("securityKey");

    private final String member;

    Authenticator(String member) {
        this.member = member;
    }

    /** The name of the action's member, as in {@code boundBiometrics}; what people write in the variable {@code authenticators}. */
    public String member() {
        return member;
    }

    /**
     * The authenticator with that member name.
     *
     * @throws IllegalArgumentException with a message that lists the known ones
     */
    public static Authenticator of(String member) {
        return Arrays.stream(values()).filter(one -> one.member.equals(member)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("Unknown authenticator '" + Text.clean(member, 100) + "'. Known: "
                + Arrays.stream(values()).map(Authenticator::member).collect(Collectors.joining(", ")) + "."));
    }
}
