package org.signonflow.security;

import org.junit.jupiter.api.BeforeEach;
import org.signonflow.TestDatabase;
import org.signonflow.harness.IdentityProvider;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The app with an identity provider, in which {@code admin} is the break-glass user. */
abstract class SignOnApp extends RunningApp {

    static final IdentityProvider PROVIDER = new IdentityProvider();

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) {
        TestDatabase.register(properties);
        properties.add("spring.security.oauth2.client.registration.test.client-id", () -> IdentityProvider.CLIENT);
        properties.add("spring.security.oauth2.client.registration.test.client-secret", () -> IdentityProvider.SECRET);
        properties.add("spring.security.oauth2.client.registration.test.scope", () -> "openid,profile");
        properties.add("spring.security.oauth2.client.provider.test.issuer-uri", PROVIDER::issuer);
        properties.add("signonflow.login.audience", () -> IdentityProvider.AUDIENCE);
        properties.add("signonflow.login.break-glass", () -> "admin");
    }

    @BeforeEach
    void people() {
        PROVIDER.reset();
        PROVIDER.leadsBackTo("http://127.0.0.1:" + port);
        PROVIDER.add("ann", "Ann", "Lee", "sign-on-requesters");
        PROVIDER.add("bob", "Bob", "Roe", "sign-on-approvers", "staff");
        PROVIDER.add("amy", "Amy", "Poe", "camunda-admin");
    }

    static String id(String name) {
        return PROVIDER.people.get(name).subject();
    }
}
