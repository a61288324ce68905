package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.multipart.MultipartException;

import java.io.IOException;

/**
 * Refuses parameters that cannot be decoded, such as {@code q=%ff}, or {@code multipart/form-data} without a boundary, which would otherwise
 * be an error in the log as well.
 */
class UnreadableParametersFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (InvalidParameterException unreadable) {
            response.sendError(unreadable.getErrorCode());
        } catch (ServletException failure) {
            if (failure.getRootCause() instanceof InvalidParameterException unreadable) {
                response.sendError(unreadable.getErrorCode());
            } else if (failure.getCause() instanceof MultipartException) {
                response.sendError(HttpServletResponse.SC_BAD_REQUEST);
            } else {
                throw failure;
            }
        }
    }
}
