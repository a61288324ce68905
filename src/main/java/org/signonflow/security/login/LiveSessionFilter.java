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
 * Checks on every request that a web applications' session is still valid: the user exists, has the same password as at login or is vouched
 * for by the identity provider, and gets their current groups. The web applications themselves would cache the user for five minutes and
 * never check the password again. Since the database or the provider decides, this holds on all nodes. An invalid session is ended, as if
 * nobody had logged in.
 */
class LiveSessionFilter extends OncePerRequestFilter {

    private static final List<String> UNAFFECTED = List.of("/camunda/app/", "/camunda/lib/", "/login", "/logout", "/oauth2/");
    /** Attribute of the session, and of the request that began it: the password given at login, in its stored form. */
    private static final String PASSWORD = LiveSessionFilter.class.getName() + ".password";

    private final IdentityService identities;

    LiveSessionFilter(IdentityService identities) {
        this.identities = identities;
    }

    /** Records on the request the password, in its stored form, that authenticated it. */
    static void note(HttpServletRequest request, String password) {
        request.setAttribute(PASSWORD, password);
    }

    /** Records at login the password that the session depends on. */
    static void begin(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session != null) {
            session.setAttribute(PASSWORD, request.getAttribute(PASSWORD));
        }
    }

    /** The web applications' scripts, styles and pages contain no user data, and logins and logouts must not depend on a session. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return UNAFFECTED.stream().anyMatch(request.getServletPath()::startsWith);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpSession session = request.getSession(false);
        if (session != null) {
            try {
                refresh(session);
            } catch (ProviderSilent silent) {
                response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, silent.getMessage());
                return;
            } catch (IllegalStateException endedByAnother) {
                // A page sends several requests at once, and another of them has ended the session.
                if (request.getSession(false) != null) {
                    throw endedByAnother;
                }
            }
        }
        chain.doFilter(request, response);
    }

    private void refresh(HttpSession session) {
        List<UserAuthentication> logins = AuthenticationUtil.getAuthsFromSession(session).getAuthentications();
        for (UserAuthentication login : logins) {
            User known = identities.createUserQuery().userId(login.getIdentityId()).singleResult();
            if (known == null || !isLive(session, known, login)) {
                session.invalidate();
                return;
            }
            List<String> groups = identities.createGroupQuery().groupMember(login.getIdentityId()).list().stream()
                .map(Group::getId).toList();
            if (!Set.copyOf(groups).equals(Set.copyOf(login.getGroupIds()))) {
                login.setGroupIds(groups);
                // Makes the web applications re-evaluate which of them the user may open.
                login.setCacheValidationTime(null);
            }
        }
    }

    private static boolean isLive(HttpSession session, User known, UserAuthentication login) {
        ProviderSession provider = ProviderSession.of(session);
        return provider != null ? provider.login().getName().equals(login.getIdentityId()) && provider.isLive()
            : known.getPassword() != null && known.getPassword().equals(session.getAttribute(PASSWORD));
    }
}
