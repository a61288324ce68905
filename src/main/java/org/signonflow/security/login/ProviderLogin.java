package org.signonflow.security.login;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.webapp.impl.security.auth.AuthenticationUtil;
import org.signonflow.security.SingleSignOn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.Jwt;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Login through an identity provider: in a browser by the authorization code flow of OpenID Connect, which begins the web applications'
 * session, and over REST by an access token.
 */
public final class ProviderLogin extends AbstractHttpConfigurer<ProviderLogin, HttpSecurity> {

    private static final Logger log = LoggerFactory.getLogger(ProviderLogin.class);

    private static final String BEGIN = OAuth2AuthorizationRequestRedirectFilter.DEFAULT_AUTHORIZATION_REQUEST_BASE_URI;
    private static final String TO = ProviderLogin.class.getName() + ".to";
    private static final String NOTICE = ProviderLogin.class.getName() + ".notice";
    /** Only pages of ours: an address from elsewhere must not lead people away after they have logged in. */
    private static final Pattern PAGE = Pattern.compile("(changes|incidents|roll-outs|swagger-ui|"
        + "camunda/app/(cockpit|tasklist|admin|welcome)/)[\\w/.-]*(\\?[\\w=&%.+-]*)?(#[\\w/?=&;:%.,+~!*'()\\[\\]-]*)?");
    private static final Map<String, String> WORDS = Map.of(
        "authorization_request_not_found", "This login was not begun in this browser, or a while ago: begin it again.",
        "invalid_state_parameter", "This login was not begun in this browser, or a while ago: begin it again.",
        "access_denied", "The identity provider has refused the login.");

    private final Provider provider;
    private final SingleSignOn signOn;
    private final MirroredAccounts accounts;
    private final IdentityService identities;
    private final MyTasksFilter myTasksFilter;
    private final ClientRegistrationRepository registrations;
    /** Only until the session of the web applications has begun, which then has the tokens. */
    private final OAuth2AuthorizedClientRepository clients = new HttpSessionOAuth2AuthorizedClientRepository();

    ProviderLogin(Provider provider, SingleSignOn signOn, MirroredAccounts accounts, IdentityService identities,
            MyTasksFilter myTasksFilter, ClientRegistrationRepository registrations) {
        this.provider = provider;
        this.signOn = signOn;
        this.accounts = accounts;
        this.identities = identities;
        this.myTasksFilter = myTasksFilter;
        this.registrations = registrations;
    }

    @Override
    public void init(HttpSecurity http) {
        http.oauth2Login(login -> login.loginPage("/login")
            .authorizationEndpoint(begin -> begin.authorizationRequestResolver(begin()))
            .tokenEndpoint(token -> token.accessTokenResponseClient(provider.codes()))
            .userInfoEndpoint(user -> user.oidcUserService(this::admitted))
            .authorizedClientRepository(clients)
            .successHandler(this::begin)
            .failureHandler(ProviderLogin::refuse)
            .addObjectPostProcessor(new ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter>() {
                @Override
                public <F extends OAuth2AuthorizationRequestRedirectFilter> F postProcess(F filter) {
                    filter.setAuthenticationFailureHandler(ProviderLogin::refuse);
                    return filter;
                }
            }));
        if (signOn.settings().audience() != null) {
            http.oauth2ResourceServer(rest -> rest.authenticationEntryPoint(http.getConfigurer(Login.class)::ask)
                .jwt(jwt -> jwt.decoder(provider.accesses()).jwtAuthenticationConverter(this::admitted)));
        }
    }

    private OAuth2AuthorizationRequestResolver begin() {
        DefaultOAuth2AuthorizationRequestResolver usual = new DefaultOAuth2AuthorizationRequestResolver(registrations, BEGIN);
        usual.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        return new OAuth2AuthorizationRequestResolver() {
            @Override
            public OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
                if (request.getServletPath().startsWith(BEGIN + "/")) {
                    provider.registration();
                }
                OAuth2AuthorizationRequest begun = usual.resolve(request);
                if (begun != null) {
                    request.getSession().setAttribute(TO, page(request.getParameter("to")));
                }
                return begun;
            }

            @Override
            public OAuth2AuthorizationRequest resolve(HttpServletRequest request, String client) {
                return usual.resolve(request, client);
            }
        };
    }

    private OidcUser admitted(OidcUserRequest request) {
        OidcUser user = provider.users().loadUser(request);
        accounts.mirror(provider.person(user));
        // Named by the subject, as the account is, whichever claim the client's user-name-attribute takes for a name.
        return new DefaultOidcUser(user.getAuthorities(), user.getIdToken(), user.getUserInfo());
    }

    private AbstractAuthenticationToken admitted(Jwt token) {
        Person person = provider.person(token);
        accounts.mirror(person);
        return EngineAuthenticationProvider.authenticated(identities, person.id());
    }

    /** In a new session: somebody else may know the id of the one before. */
    private void begin(HttpServletRequest request, HttpServletResponse response, Authentication who) throws IOException {
        OAuth2AuthenticationToken login = (OAuth2AuthenticationToken) who;
        ProviderSession begun = new ProviderSession(provider, accounts, login,
            clients.loadAuthorizedClient(login.getAuthorizedClientRegistrationId(), login, request));
        String to = (String) request.getSession().getAttribute(TO);
        AuthenticationUtil.revalidateSession(request, AuthenticationUtil.createAuthentication("default", login.getName()));
        begun.putInto(request.getSession());
        myTasksFilter.giveTo(login.getName());
        response.sendRedirect(request.getContextPath() + "/" + (to == null ? "" : to));
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        String code = failure instanceof OAuth2AuthenticationException said ? said.getError().getErrorCode() : "";
        Throwable cause = failure.getCause();
        AuthenticationException why = cause instanceof ProviderSilent silent ? silent : failure;
        String sentence = why instanceof NotAdmitted || why instanceof ProviderSilent ? why.getMessage()
            : WORDS.getOrDefault(code, "The login through the identity provider has failed; the log says why.");
        log.warn("A login through the identity provider has failed. {} {}", failure.getMessage(), cause == null ? "" : cause);
        request.getSession().setAttribute(NOTICE, sentence);
        response.sendRedirect(request.getContextPath() + "/login");
    }

    /** What the login page has to say about a login that has failed; null if nothing. Says it once. */
    public static String notice(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null) {
            return null;
        }
        String notice = (String) session.getAttribute(NOTICE);
        session.removeAttribute(NOTICE);
        return notice;
    }

    /** The address, below the context path, where a login begins that leads to a page of ours. */
    public String address() {
        return BEGIN.substring(1) + "/" + signOn.client();
    }

    /** The page to lead to, if it is one of ours; null otherwise. */
    public static String page(String to) {
        return to != null && PAGE.matcher(to).matches() ? to : null;
    }

    /**
     * Has the browser log out at the provider, too, if the session was begun there. By a header instead of a redirect, which the browser
     * would follow after a form only to addresses that the page's policy knows.
     */
    public void logOut(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        ProviderSession session = ProviderSession.of(request);
        if (session != null) {
            OidcClientInitiatedLogoutSuccessHandler logout = new OidcClientInitiatedLogoutSuccessHandler(registrations);
            String redirect = provider.registration().getRedirectUri();
            logout.setPostLogoutRedirectUri(redirect.replaceFirst("/(login|\\{action})/oauth2/code/.*", "/login"));
            logout.setDefaultTargetUrl("/login");
            logout.setRedirectStrategy((ignored, answer, url) -> answer.setHeader("Refresh", "0; url="
                + (url.startsWith("/") ? request.getContextPath() + url : url)));
            logout.onLogoutSuccess(request, response, session.login());
        }
    }
}
