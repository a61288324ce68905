package org.signonflow.security.login;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/**
 * On a login to the web applications, records what {@link LiveSessionFilter} checks from then on and gives the user the filter for their
 * own tasks. The user is taken from the session, not from the request. A logout ends the session with all that is in it.
 */
class WebLoginFilter extends OncePerRequestFilter {

    private final MyTasksFilter myTasksFilter;

    WebLoginFilter(MyTasksFilter myTasksFilter) {
        this.myTasksFilter = myTasksFilter;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || !(request.getServletPath() + request.getPathInfo()).matches(".*/(login/.*|logout)");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        ProviderSession provider = ProviderSession.of(request);
        if (provider != null && WebSession.user(request) == null) {
            request.getSession().invalidate();
            return;
        }
        String user = WebSession.user(request);
        if (response.getStatus() == HttpServletResponse.SC_OK && user != null) {
            LiveSessionFilter.begin(request);
            myTasksFilter.giveTo(user);
        }
    }
}
