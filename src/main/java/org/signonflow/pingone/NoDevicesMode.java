package org.signonflow.pingone;

/**
 * What an MFA action does with a user who has no device to prove himself with.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/sign-on-policies/sign-on-policy-actions.html">PingOne: actions</a>
 */
public enum NoDevicesMode {

    /** Lets the user pass without this action. */
    BYPASS,
    /** Keeps the user out. */
    BLOCK
}
