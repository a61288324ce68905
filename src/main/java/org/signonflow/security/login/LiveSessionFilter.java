package org.signonflow.security.login;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.webapp.impl.security.auth.AuthenticationUtil;
import org.camunda.bpm.webapp.impl.security.auth.UserAuthentication;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Looks at each request whether who has logged in to the web applications is still the one who did: the user is there, with the password
 * of the login, and in the groups of this moment. The web applications themselves would remember all of it for five minutes and never ask
 * for the password. What the database has goes for all nodes. A session that is over is as if nobody had logged in.
 */
class LiveSessionFilter extends OncePerRequestFilter {

    /** The attribute, of the session and of the request that began it, with the stored form of the password that was given. */
    private static final String PASSWORD = LiveSessionFilter.class.getName() + ".password";

    private final IdentityService identities;

    LiveSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    /** Notes with which password, in its stored form, the request has been found to be its user's. */
    static void note(HttpServletRequest request, String password) {
        request.setAttribute(PASSWORD, password);
    }

    /** Notes at a login by what the session lives. */
    static void begin(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.setAttribute(PASSWORD, request.getAttribute(PASSWORD));
        }
    }

    /** Their scripts, styles and pages have nothing of anybody's. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getServletPath().startsWith("/camunda/app/") || request.getServletPath().startsWith("/camunda/lib/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpSession session = request.getSession(false);
        if (session != null) {
            try {
                refresh(session);
            } catch (IllegalStateException endedByAnother) {
                // A page sends several requests at once.
            }
        }
        chain.doFilter(request, response);
    }

    private void refresh(HttpSession session) {
        List<UserAuthentication> logins = AuthenticationUtil.getAuthsFromSession(session).getAuthentications();
        for (UserAuthentication login : logins) {
            User known = identities.createUserQuery().userId(login.getIdentityId()).singleResult();
            if (known == null || !known.getPassword().equals(session.getAttribute(PASSWORD))) {
                session.invalidate();
                return;
            }
            List<String> groups = identities.createGroupQuery().groupMember(login.getIdentityId()).list().stream()
                .map(Group::getId).toList();
            if (!Set.copyOf(groups).equals(Set.copyOf(login.getGroupIds()))) {
                login.setGroupIds(groups);
                // Has the web applications look which of them may be opened now.
                login.setCacheValidationTime(null);
            }
        }
    }
}
