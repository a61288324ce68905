package org.signonflow.pingone;

import java.net.URI;

/**
 * A managed PingOne environment and the worker application that manages it. Immutable; its string form never shows the secret.
 *
 * @param alias its name in Signonflow
 * @param apiUrl the management API without its version segment, {@code https://api.pingone.eu} or {@code http://127.0.0.1:9400}
 * @param authUrl the token service, {@code https://auth.pingone.eu} or {@code http://127.0.0.1:9400}
 * @param environmentId the environment that is managed
 * @param workerEnvironmentId the environment in which the worker lives; when null or blank, the managed one
 * @param clientId the worker's client id
 * @param clientSecret the worker's secret
 * @param authentication how the worker authenticates; if null, {@link TokenAuthentication#BASIC}
 * @see <a href="https://developer.pingidentity.com/pingone-api/foundations/authentication.html">PingOne API: authentication</a>
 */
public record PingOneEnvironment(String alias, URI apiUrl, URI authUrl, String environmentId, String workerEnvironmentId,
                                 String clientId, String clientSecret, TokenAuthentication authentication) {

    /** @throws IllegalArgumentException with a message that names the alias and the field as in the configuration, never the value */
    public PingOneEnvironment {
        require(alias != null && !alias.isBlank(), "A PingOne environment", "needs an alias.");
        String who = "The PingOne environment '" + alias + "':";
        apiUrl = baseUrl(apiUrl, who, "api-url");
        authUrl = baseUrl(authUrl, who, "auth-url");
        require(!apiUrl.getPath().endsWith("/v1"), who, "api-url must not include /v1, which is appended.");
        workerEnvironmentId = workerEnvironmentId == null || workerEnvironmentId.isBlank() ? environmentId : workerEnvironmentId;
        Ids.requireUuid(environmentId, who + " environment-id");
        Ids.requireUuid(workerEnvironmentId, who + " worker-environment-id");
        Ids.requireUuid(clientId, who + " client-id");
        require(clientSecret != null && !clientSecret.isBlank(), who, "client-secret is missing.");
        authentication = authentication == null ? TokenAuthentication.BASIC : authentication;
    }

    /** An environment at its region's hosts, with a worker in the same environment that uses Basic authentication. */
    public static PingOneEnvironment of(String alias, Region region, String environmentId, String clientId, String clientSecret) {
        return new PingOneEnvironment(alias, region.apiUrl(), region.authUrl(), environmentId, null, clientId, clientSecret,
            TokenAuthentication.BASIC);
    }

    private static URI baseUrl(URI url, String who, String field) {
        require(url != null && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null
            && ("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme())),
            who, field + " must be an http or https URL with only scheme, host, port and path.");
        return URI.create(url.toString().replaceAll("/+$", ""));
    }

    private static void require(boolean condition, String who, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(who + " " + sentence);
        }
    }

    /** Names the environment; the secret is left out. */
    @Override
    public String toString() {
        return ("PingOneEnvironment[alias=%s, apiUrl=%s, authUrl=%s, environmentId=%s, workerEnvironmentId=%s, clientId=%s, "
            + "authentication=%s]").formatted(alias, apiUrl, authUrl, environmentId, workerEnvironmentId, clientId, authentication);
    }
}
