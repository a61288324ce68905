package org.signonflow.security.login;

import org.camunda.bpm.engine.IdentityService;
import org.signonflow.security.SingleSignOn;
import org.springframework.boot.security.oauth2.client.autoconfigure.ConditionalOnOAuth2ClientRegistrationProperties;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientPropertiesMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.SupplierClientRegistrationRepository;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;

/** What login through an identity provider takes, where one is configured. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnOAuth2ClientRegistrationProperties
class ProviderConfiguration {

    /** Spring Boot's own asks the provider for its addresses at startup: what cannot be reached would keep us from starting. */
    @Bean
    ClientRegistrationRepository clientRegistrations(SingleSignOn signOn) {
        return new SupplierClientRegistrationRepository(() -> new InMemoryClientRegistrationRepository(
            new OAuth2ClientPropertiesMapper(signOn.clients()).asClientRegistrations()));
    }

    @Bean
    Provider provider(SingleSignOn signOn, ClientRegistrationRepository registrations) {
        return new Provider(signOn, registrations);
    }

    @Bean
    JwtDecoderFactory<ClientRegistration> identityTokens(Provider provider) {
        return provider::identities;
    }

    @Bean
    ProviderLogin providerLogin(Provider provider, SingleSignOn signOn, MirroredAccounts accounts, IdentityService identities,
            MyTasksFilter myTasksFilter, ClientRegistrationRepository registrations) {
        return new ProviderLogin(provider, signOn, accounts, identities, myTasksFilter, registrations);
    }
}
