package org.signonflow.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The token endpoint and the tokens it has issued. Its errors are OAuth's, unlike those of the API. */
final class Tokens {

    private final Map<String, Instant> expiry = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final Duration lifetime;

    Tokens(Duration lifetime) {
        this.lifetime = lifetime;
    }

    /** Client credentials are taken from an {@code Authorization: Basic} header or from the form, as a worker may be set up for either. */
    Reply issue(String authorization, byte[] body, String correlationId) {
        Map<String, String> form = form(new String(body, StandardCharsets.UTF_8));
        String[] client = {form.get("client_id"), form.get("client_secret")};
        if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            client = basic(authorization.substring(6).trim());
        }
        if (client == null || client[1] == null) {
            return refusal(401, "invalid_client", "Request denied: Unsupported authentication method", correlationId);
        }
        if (!Sandbox.CLIENT_ID.equals(client[0]) || !Sandbox.CLIENT_SECRET.equals(client[1])) {
            return refusal(401, "invalid_client", "Request denied: Invalid client credentials", correlationId);
        }
        String grantType = form.get("grant_type");
        if (grantType == null) {
            return refusal(400, "invalid_request", "Request denied: grant_type is required", correlationId);
        }
        if (!grantType.equals("client_credentials")) {
            return refusal(400, "unsupported_grant_type", "Request denied: Unsupported grant type", correlationId);
        }
        expiry.values().removeIf(until -> !until.isAfter(Instant.now()));
        byte[] bytes = new byte[48];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        expiry.put(token, Instant.now().plus(lifetime));
        return Reply.of(200, Json.object()
                .put("access_token", token)
                .put("token_type", "Bearer")
                .put("expires_in", Math.max(1, lifetime.toSeconds())))
                .with(Map.of("Cache-Control", "no-store"));
    }

    boolean good(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return false;
        }
        Instant until = expiry.get(authorization.substring(7).trim());
        return until != null && until.isAfter(Instant.now());
    }

    /** Revokes every token issued so far. */
    void revokeAll() {
        expiry.clear();
    }

    private static Reply refusal(int status, String error, String description, String correlationId) {
        return Reply.of(status, Json.object()
                .put("error", error)
                .put("error_description", description + " (Correlation ID: " + correlationId + ")"));
    }

    private static String[] basic(String encoded) {
        try {
            String[] pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
            return pair.length == 2 ? new String[] {decoded(pair[0]), decoded(pair[1])} : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return form;
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }
}
