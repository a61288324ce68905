package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Removes from the header {@code Accept} what Spring answers with an error of its own: character sets, since JSON is in UTF-8 whatever is
 * asked for (RFC 8259), and what is no media type. If nothing is left, any type is acceptable.
 */
class AcceptFilter extends OncePerRequestFilter {

    private static final Pattern CHARSET = Pattern.compile(";\\s*charset\\s*=\\s*(\"[^\"]*\"|[^;]*)", Pattern.CASE_INSENSITIVE);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> given = Collections.list(request.getHeaders(HttpHeaders.ACCEPT));
        List<String> types = given.stream().flatMap(line -> MimeTypeUtils.tokenize(line).stream()).toList();
        List<String> understood = types.stream().map(type -> CHARSET.matcher(type).replaceAll("")).filter(AcceptFilter::isMediaType)
            .toList();
        boolean asIs = given.isEmpty() || understood.equals(types) && !types.isEmpty();
        chain.doFilter(asIs ? request : accepting(understood.isEmpty() ? MediaType.ALL_VALUE
            : understood.stream().collect(Collectors.joining(", ")), request), response);
    }

    private static boolean isMediaType(String text) {
        try {
            MediaType.parseMediaType(text);
            return true;
        } catch (InvalidMediaTypeException other) {
            return false;
        }
    }

    private static HttpServletRequest accepting(String types, HttpServletRequest request) {
        return new HttpServletRequestWrapper(request) {
            @Override
            public String getHeader(String name) {
                return HttpHeaders.ACCEPT.equalsIgnoreCase(name) ? types : super.getHeader(name);
            }

            @Override
            public Enumeration<String> getHeaders(String name) {
                return HttpHeaders.ACCEPT.equalsIgnoreCase(name) ? Collections.enumeration(List.of(types)) : super.getHeaders(name);
            }
        };
    }

    /** An error page is negotiated again, with the request as it came. */
    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}
