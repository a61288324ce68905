package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/** Limits queries to 2,000 results where the caller sets no limit: the engine is configured to refuse unbounded queries. */
class BoundedResultsFilter extends OncePerRequestFilter {

    static final String LIMIT = "maxResults=2000";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String query = request.getQueryString();
        if (query != null && query.contains("maxResults=")) {
            chain.doFilter(request, response);
            return;
        }
        chain.doFilter(new HttpServletRequestWrapper(request) {
            @Override
            public String getQueryString() {
                return query == null ? LIMIT : query + "&" + LIMIT;
            }
        }, response);
    }
}
