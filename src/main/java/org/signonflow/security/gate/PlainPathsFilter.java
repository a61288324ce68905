package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/**
 * Refuses a path that reaches an API under another spelling, such as {@code /camunda/%61pi/...} or {@code /x/../engine-rest/...}: Tomcat
 * decodes it, but the web applications' own filter only recognises the plain spelling and would let it pass without a login.
 */
class PlainPathsFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String plain = request.getContextPath() + request.getServletPath() + "/";
        if (request.getPathInfo() == null || request.getRequestURI().startsWith(plain)) {
            chain.doFilter(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST);
        }
    }

    /** The decoded path below the context path, as used for dispatching. */
    static String plain(HttpServletRequest request) {
        return request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    }
}
