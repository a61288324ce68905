package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;

/** Refuses parameters that cannot be decoded, such as {@code q=%ff}, which would otherwise be an error in the log as well. */
class UnreadableParametersFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (InvalidParameterException unreadable) {
            response.sendError(unreadable.getErrorCode());
        } catch (ServletException failure) {
            if (!(failure.getRootCause() instanceof InvalidParameterException unreadable)) {
                throw failure;
            }
            response.sendError(unreadable.getErrorCode());
        }
    }
}
