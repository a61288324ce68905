package org.signonflow.security.login;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;

import java.util.Set;

/** This site as browsers see it: the credentials they send automatically only count for requests from its own pages. */
public final class Site {

    /** The methods that change nothing. */
    public static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private Site() {
    }

    /**
     * Whether an origin is this site, by the host name that the browser or a trusted proxy uses. Behind an untrusted proxy the scheme is
     * not known.
     */
    public static boolean isOwn(String origin, HttpServletRequest request) {
        String host = origin.replaceFirst(request.isSecure() ? "^https://" : "^https?://", "");
        int port = request.getServerPort();
        return !host.equals(origin) && (host.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
            || host.equalsIgnoreCase(request.getServerName() + (port == (request.isSecure() ? 443 : 80) ? "" : ":" + port)));
    }
}
