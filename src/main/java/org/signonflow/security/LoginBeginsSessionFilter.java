package org.signonflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.IdentityService;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;

/** Notes at a login to the web applications what {@link LiveSessionFilter} looks at from then on. */
class LoginBeginsSessionFilter extends OncePerRequestFilter {

    private final IdentityService identities;

    LoginBeginsSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String user = Optional.ofNullable(request.getParameter("username")).orElse("");
        String password = LiveSessionFilter.password(identities, user);
        chain.doFilter(request, response);
        if (response.getStatus() == HttpServletResponse.SC_OK) {
            LiveSessionFilter.begin(request, user, password);
        }
    }
}
