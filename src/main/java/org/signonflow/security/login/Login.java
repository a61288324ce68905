package org.signonflow.security.login;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.IdentityService;
import org.signonflow.security.SingleSignOn;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Authenticates a caller by Basic authentication, or on our own pages by the web applications' session, and passes the identity to the
 * engine for its authorisations. What an identity provider adds is in {@link ProviderLogin}.
 */
public final class Login extends AbstractHttpConfigurer<Login, HttpSecurity> {

    private static final RequestMatcher PAGES = new OrRequestMatcher(Stream.of("/", "/changes/**", "/incidents", "/roll-outs/**",
        "/swagger-ui.html", "/swagger-ui/index.html", "/camunda/app/**").map(PathPatternRequestMatcher.withDefaults()::matcher)
        .map(RequestMatcher.class::cast).toList());

    private final IdentityService identities;
    private final SingleSignOn signOn;

    public Login(IdentityService identities, SingleSignOn signOn) {
        this.identities = identities;
        this.signOn = signOn;
    }

    @Override
    public void init(HttpSecurity http) {
        http.httpBasic(basic -> basic.authenticationEntryPoint(this::ask))
            .exceptionHandling(handling -> handling.authenticationEntryPoint(this::ask))
            .addFilterBefore(new WebSessionFilter(identities), BasicAuthenticationFilter.class)
            .addFilterAfter(new EngineIdentityFilter(identities), AuthorizationFilter.class);
    }

    void ask(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure) throws IOException {
        if (failure.getCause() instanceof TooManyAttempts tooMany) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(tooMany.retryAfter().toSeconds()));
            response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
        } else if (isOpenedByPerson(request)) {
            lead(request, response);
        } else if (isSentByPage(request)) {
            // A challenge would open the browser's own login, again and again while the page looks for news. It loads itself instead.
            response.setHeader("HX-Refresh", "true");
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
        } else if (failure instanceof ProviderSilent) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, failure.getMessage());
        } else {
            if (signOn.isOn()) {
                response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Signonflow\"");
            }
            if (!signOn.isOn() || signOn.settings().breakGlass() != null) {
                response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Signonflow\", charset=\"UTF-8\"");
            }
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, sentence(failure));
        }
    }

    /** Null where the usual one says it. */
    private String sentence(AuthenticationException failure) {
        return failure instanceof NotAdmitted || failure instanceof InvalidBearerTokenException ? failure.getMessage()
            : signOn.isOn() ? "Authentication is required: an access token of the identity provider is missing." : null;
    }

    /** Redirects to the login page, from which one returns. */
    public static void lead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI().substring(request.getContextPath().length() + 1);
        response.sendRedirect("../".repeat((int) path.chars().filter(character -> character == '/').count()) + "login"
            + (path.isEmpty() ? "" : "?to=" + URLEncoder.encode(request.getQueryString() == null ? path
            : path + "?" + request.getQueryString(), StandardCharsets.UTF_8)));
    }

    /** Whether a browser sends it on behalf of a page, and not of a person who has entered its address. */
    private static boolean isSentByPage(HttpServletRequest request) {
        String mode = request.getHeader("Sec-Fetch-Mode");
        return request.getHeader("HX-Request") != null || mode != null && !mode.equals("navigate");
    }

    /** Whether a browser opens one of our pages; programs are asked for credentials. */
    public static boolean isOpenedByPerson(HttpServletRequest request) {
        return request.getMethod().equals("GET") && request.getHeader(HttpHeaders.AUTHORIZATION) == null
            && request.getHeader("HX-Request") == null && PAGES.matches(request)
            && String.valueOf(request.getHeader(HttpHeaders.ACCEPT)).contains(MediaType.TEXT_HTML_VALUE);
    }
}
