package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.security.login.Site;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/**
 * Refuses changing requests that another site's page makes a browser send, with the Basic credentials or the session that the browser
 * remembers. Browsers tell a request's origin with {@code Origin}, current ones also with {@code Sec-Fetch-Site}; other clients send
 * neither.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
class CrossSiteFilter extends OncePerRequestFilter {

    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String site = request.getHeader("Sec-Fetch-Site");
        if (Site.SAFE_METHODS.contains(request.getMethod()) || (site == null || OWN.contains(site))
            && Collections.list(request.getHeaders(HttpHeaders.ORIGIN)).stream().allMatch(origin -> Site.isOwn(origin, request))) {
            chain.doFilter(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "Cross-site requests are not allowed.");
        }
    }
}
