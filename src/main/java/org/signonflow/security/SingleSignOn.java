package org.signonflow.security;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whether people log in through an identity provider instead of with passwords of the engine, and how. It is on once a client is configured
 * below {@code spring.security.oauth2.client.registration}.
 */
@Component
public final class SingleSignOn {

    /**
     * The settings below {@code signonflow.login}.
     *
     * @param groupsClaim the claim with the groups that the provider says a person is in
     * @param groups      by the id of each of our groups, what the claim calls it
     * @param audience    of access tokens for REST; none are accepted if it is null
     * @param breakGlass  the only user who may still log in with a password; null if nobody may
     */
    public record Settings(String groupsClaim, Map<String, List<String>> groups, String audience, String breakGlass) {

        /** An empty setting, such as an environment variable, counts as none. */
        public Settings {
            groups = groups == null ? Map.of() : groups;
            audience = audience == null || audience.isBlank() ? null : audience;
            breakGlass = breakGlass == null || breakGlass.isBlank() ? null : breakGlass;
        }
    }

    private final OAuth2ClientProperties clients;
    private final Settings settings;

    public SingleSignOn(Environment environment) {
        Binder binder = Binder.get(environment);
        clients = binder.bindOrCreate("spring.security.oauth2.client", OAuth2ClientProperties.class);
        settings = binder.bindOrCreate("signonflow.login", Settings.class);
    }

    public boolean isOn() {
        return !clients.getRegistration().isEmpty();
    }

    /** Whether a password of this user counts, and may be set. */
    public boolean acceptsPasswordOf(String user) {
        return !isOn() || Objects.equals(user, settings.breakGlass());
    }

    public Settings settings() {
        return settings;
    }

    /** All clients that are configured; only one is permitted. */
    public OAuth2ClientProperties clients() {
        return clients;
    }

    /** The id of the client, which is part of its addresses. */
    public String client() {
        return clients.getRegistration().keySet().iterator().next();
    }

    /** What people call the provider. */
    public String providerName() {
        String name = clients.getRegistration().get(client()).getClientName();
        return name == null ? client() : name;
    }
}
