package org.signonflow.pingone;

/**
 * How a worker application authenticates at the token endpoint. PingOne accepts only the one that the application is configured for and
 * answers {@code invalid_client}, "Unsupported authentication method", to the other.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/auth/openid-connect-oauth-2/token.html">PingOne API: token</a>
 */
public enum TokenAuthentication {

    /** {@code CLIENT_SECRET_BASIC}: in the {@code Authorization} header; PingOne's default for workers. */
    BASIC,
    /** {@code CLIENT_SECRET_POST}: in the form. */
    POST
}
