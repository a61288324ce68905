package org.signonflow.pingone;

/**
 * What an MFA action does with a user who has no device to authenticate with.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne: actions</a>
 */
public enum NoDevicesMode {

    /** Lets the user skip this action. */
    BYPASS,
    /** Blocks the user. */
    BLOCK
}
