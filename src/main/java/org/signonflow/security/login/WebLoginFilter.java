package org.signonflow.security.login;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/**
 * Notes at a login to the web applications what {@link LiveSessionFilter} looks at from then on, and gives who logs in a list of his own
 * tasks. Who that is, the session says, and not what was sent.
 */
class WebLoginFilter extends OncePerRequestFilter {

    private final MyTasksFilter myTasksFilter;

    WebLoginFilter(MyTasksFilter myTasksFilter) {
        this.myTasksFilter = myTasksFilter;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || !(request.getServletPath() + request.getPathInfo()).contains("/login/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        String user = WebSession.user(request);
        if (response.getStatus() == HttpServletResponse.SC_OK && user != null) {
            LiveSessionFilter.begin(request);
            myTasksFilter.giveTo(user);
        }
    }
}
