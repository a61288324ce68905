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
 * Lets users of the web applications open our own pages, and send the requests of those pages, without another login. {@link LiveSessionFilter}
 * has already checked that the session is still valid. Requests with credentials of their own are authenticated by those.
 *
 * <p>Browsers send the session's cookie with requests from other sites' pages too. A changing request is therefore refused unless the
 * browser says that it comes from one of our pages: by {@code Sec-Fetch-Site}, or by {@code Origin} where that is missing, as without TLS.
 */
class WebSessionFilter extends OncePerRequestFilter {

    /** What programs call, with credentials of their own. All else is for people, also where there is nothing. */
    private static final RequestMatcher FOR_PROGRAMS = new OrRequestMatcher(Stream.of("/engine-rest/**", "/actuator/**")
        .map(PathPatternRequestMatcher.withDefaults()::matcher).map(RequestMatcher.class::cast).toList());

    private final IdentityService identities;
    private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

    WebSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null || FOR_PROGRAMS.matches(request);
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
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "Only pages of this site may make this request.");
        }
    }

    private static boolean isFromOurPage(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return site != null ? site.equals("same-origin")
            : origin != null && Site.isOwn(origin, request);
    }
}
