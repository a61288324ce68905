package org.signonflow.security.login;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import org.signonflow.security.SingleSignOn;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserRequest;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/** The identity provider: its tokens, what it says of people, and how long to wait for it. Not before somebody logs in is it called. */
class Provider {

    /** How far its clock may be from ours. */
    private static final Duration SKEW = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration READ = Duration.ofSeconds(5);
    private static final int LARGEST_KEYS = 256 * 1024;
    /** Its answers that mean no (RFC 6749, section 5.2); whatever else goes wrong may pass. */
    private static final Set<String> REFUSALS = Set.of("invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope", "invalid_request", "access_denied");

    /** What a renewal has brought; the person is null if the provider has yet to be asked who it is. */
    record Renewed(OAuth2AuthorizedClient client, OAuth2AccessTokenResponse response) {
    }

    private final SingleSignOn signOn;
    private final ClientRegistrationRepository registrations;
    private final SingletonSupplier<JWKSource<SecurityContext>> keys = SingletonSupplier.of(this::keys);
    private final RestClientAuthorizationCodeTokenResponseClient codes = new RestClientAuthorizationCodeTokenResponseClient();
    private final RestClientRefreshTokenTokenResponseClient renewals = new RestClientRefreshTokenTokenResponseClient();
    private final DefaultOAuth2UserService userInfo = new DefaultOAuth2UserService();
    private final OidcUserService users = new OidcUserService();

    Provider(SingleSignOn signOn, ClientRegistrationRepository registrations) {
        this.signOn = signOn;
        this.registrations = registrations;
        JdkClientHttpRequestFactory http = new JdkClientHttpRequestFactory(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT).build());
        http.setReadTimeout(READ);
        RestClient tokens = RestClient.builder().requestFactory(http).defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
            .configureMessageConverters(converters -> converters.disableDefaults()
                .addCustomConverter(new FormHttpMessageConverter())
                .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter())).build();
        codes.setRestClient(tokens);
        renewals.setRestClient(tokens);
        RestTemplate info = new RestTemplate(http);
        info.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
        userInfo.setRestOperations(info);
        users.setOauth2UserService(userInfo);
    }

    /** @throws ProviderSilent if its addresses are not known yet, and cannot be found out */
    ClientRegistration registration() {
        try {
            return registrations.findByRegistrationId(signOn.client());
        } catch (IllegalArgumentException | IllegalStateException unknown) {
            throw new ProviderSilent(unknown);
        }
    }

    OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> codes() {
        return codes;
    }

    OidcUserService users() {
        return users;
    }

    Person person(OidcUser user) {
        return Person.of(user.getClaims(), user.getIssuedAt(), registration().getProviderDetails().getIssuerUri(), signOn);
    }

    /** The person whose access token for REST this is. */
    Person person(Jwt token) {
        return Person.of(token.getClaims(), token.getIssuedAt(), registration().getProviderDetails().getIssuerUri(), signOn);
    }

    /**
     * Fetches the next tokens.
     *
     * @throws OAuth2AuthorizationException if the provider refuses
     * @throws ProviderSilent               if it does not respond
     */
    Renewed renewed(OAuth2AuthorizedClient before) {
        try {
            OAuth2AccessTokenResponse response = renewals.getTokenResponse(new OAuth2RefreshTokenGrantRequest(
                before.getClientRegistration(), before.getAccessToken(), before.getRefreshToken()));
            return new Renewed(new OAuth2AuthorizedClient(before.getClientRegistration(), before.getPrincipalName(),
                response.getAccessToken(), response.getRefreshToken()), response);
        } catch (OAuth2AuthorizationException failed) {
            throw REFUSALS.contains(failed.getError().getErrorCode()) ? failed : new ProviderSilent(failed);
        }
    }

    /**
     * What the provider says of them with the next tokens. It need not repeat the identity token; but then it must say so where it is asked
     * about people, since what the old token says may have changed.
     *
     * @throws NotAdmitted    if it is someone else, or not said in which groups they are
     * @throws ProviderSilent if it does not respond
     */
    Person person(Renewed renewed, String subject) {
        ClientRegistration client = renewed.client().getClientRegistration();
        Person person;
        try {
            person = renewed.response().getAdditionalParameters().get(OidcParameterNames.ID_TOKEN) instanceof String token
                ? person(users.loadUser(new OidcUserRequest(client, renewed.client().getAccessToken(), identity(token, client),
                    renewed.response().getAdditionalParameters())))
                : Person.of(userInfo.loadUser(new OAuth2UserRequest(client, renewed.client().getAccessToken())).getAttributes(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS), client.getProviderDetails().getIssuerUri(), signOn);
        } catch (BadJwtException wrong) {
            throw new NotAdmitted("id_token: " + wrong.getMessage());
        } catch (JwtException | OAuth2AuthenticationException silent) {
            throw new ProviderSilent(silent);
        }
        if (!person.id().equals(subject)) {
            throw new NotAdmitted("sub: the provider says that the account is now another.");
        }
        return person;
    }

    private OidcIdToken identity(String token, ClientRegistration client) {
        Jwt jwt = identities(client).decode(token);
        return new OidcIdToken(token, jwt.getIssuedAt(), jwt.getExpiresAt(), jwt.getClaims());
    }

    /** Reads identity tokens, which are for us as a client. */
    JwtDecoder identities(ClientRegistration client) {
        NimbusJwtDecoder decoder = decoder();
        decoder.setJwtValidator(new OidcIdTokenValidator(client));
        return decoder;
    }

    /** Reads access tokens for REST, which are for us as an audience. */
    JwtDecoder accesses() {
        JwtTimestampValidator times = new JwtTimestampValidator(SKEW);
        times.setAllowEmptyExpiryClaim(false);
        String audience = signOn.settings().audience();
        OAuth2TokenValidator<Jwt> validator = new DelegatingOAuth2TokenValidator<>(times,
            new JwtClaimValidator<List<String>>(JwtClaimNames.AUD, to -> to != null && to.contains(audience)),
            new JwtClaimValidator<Instant>(JwtClaimNames.IAT, at -> at != null && at.isBefore(Instant.now().plus(SKEW))),
            // Not known before the first token.
            token -> new JwtIssuerValidator(registration().getProviderDetails().getIssuerUri()).validate(token));
        return token -> {
            try {
                NimbusJwtDecoder decoder = decoder();
                decoder.setJwtValidator(validator);
                return decoder.decode(token);
            } catch (BadJwtException wrong) {
                throw wrong;
            } catch (JwtException silent) {
                throw new ProviderSilent(silent);
            }
        };
    }

    /** Only signatures with a key pair: everyone knows the public key. */
    private NimbusJwtDecoder decoder() {
        return NimbusJwtDecoder.withJwkSource(keys.obtain())
            .jwsAlgorithms(algorithms -> algorithms.addAll(List.of(SignatureAlgorithm.values())))
            .jwtProcessorCustomizer(processor -> processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null)))
            .build();
    }

    /** Fetched anew for an unknown key, though not any number of times: everyone may make one up. */
    private JWKSource<SecurityContext> keys() {
        try {
            return JWKSourceBuilder.<SecurityContext>create(URI.create(registration().getProviderDetails().getJwkSetUri()).toURL(),
                new DefaultResourceRetriever((int) CONNECT.toMillis(), (int) READ.toMillis(), LARGEST_KEYS)).build();
        } catch (MalformedURLException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
