package org.signonflow.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Optional;
import java.time.Duration;

/** Puts the throttle before the web applications' own login, and gives who logs in a list of his own tasks. */
class WebLoginFilter extends OncePerRequestFilter {

    private final LoginThrottle throttle;
    private final PersonalFilter personalFilter;

    WebLoginFilter(LoginThrottle throttle, PersonalFilter personalFilter) {
        this.throttle = throttle;
        this.personalFilter = personalFilter;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || !(request.getServletPath() + request.getPathInfo()).contains("/login/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String user = Optional.ofNullable(request.getParameter("username")).orElse("");
        String address = request.getRemoteAddr();
        Optional<Duration> delay = throttle.delay(user, address);
        if (delay.isPresent()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(delay.get().toSeconds()));
            response.sendError(HttpStatus.TOO_MANY_REQUESTS.value());
            return;
        }
        chain.doFilter(request, response);
        if (response.getStatus() == HttpServletResponse.SC_UNAUTHORIZED) {
            throttle.failed(user, address);
        } else if (response.getStatus() == HttpServletResponse.SC_OK) {
            throttle.succeeded(user, address);
            personalFilter.giveTo(user);
        }
    }
}
