package org.signonflow.harness;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An identity provider that speaks OpenID Connect: Spring Authorization Server, on a host name of its own, so that browsers see two sites.
 * Everyone's password is their name.
 */
public final class IdentityProvider implements AutoCloseable {

    public static final String CLIENT = "signonflow-web";
    public static final String SECRET = "signonflow-web-secret";
    public static final String AUDIENCE = "signonflow-api";

    /** @param groups the claim as it is: a list, or whatever a provider might send instead; left out if it is null */
    public record Person(String subject, String firstName, String lastName, Object groups) {
        public Person in(Object others) {
            return new Person(subject, firstName, lastName, others);
        }
    }

    /** Who exists, by their name at the provider. */
    public final Map<String, Person> people = new ConcurrentHashMap<>();
    public volatile Duration accessTokenLife = Duration.ofMinutes(5);
    public volatile boolean issuesRefreshTokens = true;
    public volatile boolean isDown;
    /** Instead of the one that was asked for. */
    public volatile String nonce;

    private final RSAKey key;
    private final int port = TestSocketUtils.findAvailableTcpPort();
    private final AnnotationConfigServletWebServerApplicationContext context;
    private volatile String app = "http://127.0.0.1:1";

    public IdentityProvider() {
        try {
            key = new RSAKeyGenerator(2048).keyID("first").generate();
        } catch (com.nimbusds.jose.JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        context = new AnnotationConfigServletWebServerApplicationContext();
        context.registerBean(IdentityProvider.class, () -> this);
        context.register(Server.class);
        context.refresh();
    }

    public String issuer() {
        return "http://localhost:" + port;
    }

    public RSAKey key() {
        return key;
    }

    /** The only address to which it leads people back. */
    public void leadsBackTo(String url) {
        app = url;
    }

    public void add(String name, String firstName, String lastName, String... groups) {
        people.put(name, new Person("5f0c1d2e-" + name, firstName, lastName, List.of(groups)));
    }

    /** As it was at first, without people. */
    public void reset() {
        people.clear();
        accessTokenLife = Duration.ofMinutes(5);
        issuesRefreshTokens = true;
        isDown = false;
        nonce = null;
    }

    @Override
    public void close() {
        context.close();
    }

    /** Without {@code @Configuration}, by which the app would find it. */
    @EnableWebSecurity
    @EnableWebMvc
    static class Server {

        @Bean
        TomcatServletWebServerFactory tomcat(IdentityProvider provider) {
            TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory(provider.port);
            tomcat.addContextCustomizers(context -> context.setSessionCookieName("PROVIDER"));
            return tomcat;
        }

        @Bean
        FilterRegistrationBean<jakarta.servlet.Filter> outage(IdentityProvider provider) {
            FilterRegistrationBean<jakarta.servlet.Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
                if (provider.isDown) {
                    ((HttpServletResponse) response).sendError(503);
                } else {
                    chain.doFilter(request, response);
                }
            });
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return filter;
        }

        /** Filters are only applied where there is a servlet. */
        @Bean
        DispatcherServlet dispatcherServlet() {
            return new DispatcherServlet();
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(Customizer.withDefaults())
                .build();
        }

        @Bean
        UserDetailsService users(IdentityProvider provider) {
            return name -> {
                if (!provider.people.containsKey(name)) {
                    throw new UsernameNotFoundException(name);
                }
                return User.withUsername(name).password("{noop}" + name).roles("PERSON").build();
            };
        }

        @Bean
        RegisteredClientRepository clients(IdentityProvider provider) {
            return new RegisteredClientRepository() {
                @Override
                public void save(RegisteredClient client) {
                    // It would be encoded anew.
                }

                @Override
                public RegisteredClient findById(String id) {
                    return findByClientId(id);
                }

                @Override
                public RegisteredClient findByClientId(String id) {
                    return id.equals(CLIENT) ? provider.client() : null;
                }
            };
        }

        @Bean
        AuthorizationServerSettings settings(IdentityProvider provider) {
            return AuthorizationServerSettings.builder().issuer(provider.issuer()).build();
        }

        @Bean
        JWKSource<SecurityContext> keys(IdentityProvider provider) {
            return new ImmutableJWKSet<>(new JWKSet(provider.key));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return NimbusJwtDecoder.withJwkSource(keys).build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims(IdentityProvider provider) {
            return context -> provider.describe(context);
        }
    }

    private RegisteredClient client() {
        RegisteredClient.Builder client = RegisteredClient.withId(CLIENT).clientId(CLIENT).clientSecret("{noop}" + SECRET)
            .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .redirectUri(app + "/login/oauth2/code/test").postLogoutRedirectUri(app + "/login").scope("openid").scope("profile")
            .clientSettings(ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(false).build())
            .tokenSettings(TokenSettings.builder().accessTokenTimeToLive(accessTokenLife).reuseRefreshTokens(false).build());
        return (issuesRefreshTokens ? client.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN) : client).build();
    }

    private void describe(JwtEncodingContext context) {
        Person person = people.get(context.getPrincipal().getName());
        if (person == null) {
            throw new OAuth2AuthenticationException("invalid_grant");
        }
        context.getClaims().subject(person.subject()).claim("given_name", person.firstName()).claim("family_name", person.lastName());
        if (person.groups() != null) {
            context.getClaims().claim("groups", person.groups());
        }
        if (context.getTokenType().getValue().equals("access_token")) {
            context.getClaims().audience(List.of(AUDIENCE));
        } else if (nonce != null) {
            context.getClaims().claim("nonce", nonce);
        }
    }
}
