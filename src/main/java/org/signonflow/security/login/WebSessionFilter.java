package org.signonflow.security.login;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.IdentityService;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * Lets who is logged in to the web applications open our own pages, and what they ask for, without another login. Whether the login still
 * holds, {@link LiveSessionFilter} has looked before. A request with credentials of its own is left to them.
 *
 * <p>The session's cookie goes along with what pages of other sites send. A change is therefore refused unless the browser says that a
 * page of ours asks for it: with {@code Sec-Fetch-Site}, or with {@code Origin} where the browser says no more, as it does without TLS.
 */
class WebSessionFilter extends OncePerRequestFilter {

    private static final RequestMatcher OURS = new OrRequestMatcher(Stream.of("/", "/*.html", "/*.js", "/*.css", "/openapi.json",
        "/v3/**", "/swagger-ui/**", "/forms/*", "/environments/**", "/roll-outs/**", "/api/**")
        .map(PathPatternRequestMatcher.withDefaults()::matcher).map(RequestMatcher.class::cast).toList());

    private final IdentityService identities;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    WebSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null || !OURS.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication user = WebSession.authentication(request, identities);
        if (user == null) {
            chain.doFilter(request, response);
        } else if (Site.SAFE_METHODS.contains(request.getMethod()) || isFromOurPage(request)) {
            SecurityContext context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(user);
            SecurityContextHolder.setContext(context);
            contexts.saveContext(context, request, response);
            chain.doFilter(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "Only a page of this site may do this.");
        }
    }

    private static boolean isFromOurPage(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return site != null ? site.equals("same-origin")
            : origin != null && Site.isOwn(origin, request);
    }
}
