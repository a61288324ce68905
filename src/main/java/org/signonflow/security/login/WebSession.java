package org.signonflow.security.login;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.webapp.impl.security.auth.AuthenticationUtil;
import org.camunda.bpm.webapp.impl.security.auth.Authentications;
import org.springframework.security.core.Authentication;

/** The login to the web applications. {@link LiveSessionFilter} has already checked that it is still valid. */
public final class WebSession {

    private WebSession() {
    }

    /** The user logged in to the web applications; null if nobody is. */
    public static String user(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        Authentications logins = session == null ? null : AuthenticationUtil.getAuthsFromSession(session);
        return logins == null || logins.getAuthentications().isEmpty() ? null : logins.getAuthentications().get(0).getIdentityId();
    }

    /** The same user with their current groups. */
    public static Authentication authentication(HttpServletRequest request, IdentityService identities) {
        String user = user(request);
        return user == null ? null : EngineAuthenticationProvider.authenticated(identities, user);
    }
}
