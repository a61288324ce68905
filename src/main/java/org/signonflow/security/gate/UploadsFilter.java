package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.signonflow.change.Flow;
import org.signonflow.security.login.WebSession;
import org.signonflow.security.setup.Roles;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Receives the list of a roll-out or an administrator's deployment, but only from those allowed to send it. Parsing a list takes several
 * times its size in memory, so few are received at a time, fewer are processed, and only one per person.
 */
class UploadsFilter extends OncePerRequestFilter {

    static final String DEPLOYMENT = "/deployment/create";

    /** A list has at most 8 MiB; Base64 in JSON makes it a third larger. */
    private static final int LARGEST = 12 << 20;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MOST_RECEIVED = 4;
    private static final int MOST_WORKED_ON = 2;
    private static final int LONGEST_WAIT_SECONDS = 10;

    private final boolean administration;
    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final Set<String> senders = ConcurrentHashMap.newKeySet();
    private final Semaphore received = new Semaphore(MOST_RECEIVED);
    private final Semaphore workedOn = new Semaphore(MOST_WORKED_ON);

    UploadsFilter(boolean administration, IdentityService identities, AuthorizationService authorizations) {
        this.administration = administration;
        this.identities = identities;
        this.authorizations = authorizations;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        RequestBody body = RequestBody.of(request);
        return body == null || body.isReceived();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication who = who(request);
        if (who == null || !mayUpload(who, request.getRequestURI())) {
            Refusal.write(request, response, HttpServletResponse.SC_FORBIDDEN, "You are not allowed to send this.");
        } else if (!senders.add(who.getName())) {
            Refusal.write(request, response, Refusal.TOO_MANY_REQUESTS, "Another upload of yours is in progress; send one at a time.");
        } else {
            try {
                receive(request, response, chain);
            } finally {
                senders.remove(who.getName());
            }
        }
    }

    private void receive(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
        if (!received.tryAcquire()) {
            busy(request, response);
            return;
        }
        try {
            RequestBody.of(request).receive(LARGEST, LONGEST);
            if (!workedOn.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                busy(request, response);
                return;
            }
            try {
                chain.doFilter(request, response);
            } finally {
                workedOn.release();
            }
        } catch (RequestBody.Refused refused) {
            Refusal.write(request, response, refused.status, refused.getMessage());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            busy(request, response);
        } finally {
            received.release();
        }
    }

    private static void busy(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Refusal.write(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE,
            "Too many uploads are in progress. Try again in a moment.");
    }

    /** The user by Basic authentication or by the web applications' session, with their current groups. */
    private Authentication who(HttpServletRequest request) {
        Authentication known = SecurityContextHolder.getContext().getAuthentication();
        if (known != null && !(known instanceof AnonymousAuthenticationToken)) {
            return known;
        }
        return WebSession.authentication(request, identities);
    }

    private boolean mayUpload(Authentication who, String path) {
        List<String> groups = who.getAuthorities().stream().map(GrantedAuthority::getAuthority).toList();
        return path.endsWith(DEPLOYMENT) ? administration && groups.contains(Roles.ADMINISTRATORS)
            : authorizations.isUserAuthorized(who.getName(), groups, ProcessDefinitionPermissions.CREATE_INSTANCE,
                Resources.PROCESS_DEFINITION, Flow.ROLL_OUT);
    }
}
