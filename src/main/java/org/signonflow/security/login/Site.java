package org.signonflow.security.login;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;

import java.util.Set;

/** This very site, as browsers know it: what they send along by themselves is good for its own pages only. */
public final class Site {

    /** With these, nobody changes anything. */
    public static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private Site() {
    }

    /**
     * Whether an origin is this very site, by the name that the browser or a trusted proxy calls it. Behind a proxy that is not trusted,
     * the scheme is not known.
     */
    public static boolean isOwn(String origin, HttpServletRequest request) {
        String host = origin.replaceFirst(request.isSecure() ? "^https://" : "^https?://", "");
        int port = request.getServerPort();
        return !host.equals(origin) && (host.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
            || host.equalsIgnoreCase(request.getServerName() + (port == (request.isSecure() ? 443 : 80) ? "" : ":" + port)));
    }
}
