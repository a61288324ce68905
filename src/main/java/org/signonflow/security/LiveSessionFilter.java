package org.signonflow.security;

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

    /** The session's attribute with the stored, salted form of the password that was given at the login. */
    private static final String PASSWORD = LiveSessionFilter.class.getName() + ".password";

    private final IdentityService identities;

    LiveSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    /** What {@link #begin} needs, read before the password is looked at: a change in between must not pass for the one that was given. */
    static String password(IdentityService identities, String user) {
        User known = identities.createUserQuery().userId(user).singleResult();
        return known == null ? null : known.getPassword();
    }

    /** Notes at a login by what the session lives. */
    static void begin(HttpServletRequest request, String user, String password) {
        HttpSession session = request.getSession(false);
        if (session != null && user.equals(WebSessionFilter.user(request))) {
            session.setAttribute(PASSWORD, password);
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
            String password = password(identities, login.getIdentityId());
            if (password == null || !password.equals(session.getAttribute(PASSWORD))) {
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
