package org.signonflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/**
 * Refuses a change that a page of another site makes a browser send: it would go out with the Basic credentials or the session that the
 * browser remembers. Browsers say where a request comes from with {@code Origin}, and current ones with {@code Sec-Fetch-Site} as well;
 * machines say nothing.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
class CrossSiteFilter extends OncePerRequestFilter {

    static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String site = request.getHeader("Sec-Fetch-Site");
        if (SAFE_METHODS.contains(request.getMethod()) || (site == null || OWN.contains(site))
            && Collections.list(request.getHeaders(HttpHeaders.ORIGIN)).stream().allMatch(origin -> isOwn(origin, request))) {
            chain.doFilter(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN, "A page of another site may not do this.");
        }
    }

    /**
     * Whether an origin is this very site, by the name that the browser or a trusted proxy calls it. Behind a proxy that is not trusted,
     * the scheme is not known.
     */
    static boolean isOwn(String origin, HttpServletRequest request) {
        String host = origin.replaceFirst(request.isSecure() ? "^https://" : "^https?://", "");
        int port = request.getServerPort();
        return !host.equals(origin) && (host.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
            || host.equalsIgnoreCase(request.getServerName() + (port == (request.isSecure() ? 443 : 80) ? "" : ":" + port)));
    }
}
