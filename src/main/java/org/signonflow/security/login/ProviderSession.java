package org.signonflow.security.login;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;

import java.time.Duration;
import java.time.Instant;

/**
 * That somebody has logged in through the provider: an attribute of the web applications' session, and the only place where the provider's
 * tokens are kept. It lives as long as the access token; then the provider is asked for the next one, and whether it still knows them, and
 * in which groups.
 */
class ProviderSession {

    private static final Logger log = LoggerFactory.getLogger(ProviderSession.class);
    private static final String KEY = ProviderSession.class.getName();
    /** Those that have waited for one failed attempt need not each make another. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Provider provider;
    private final MirroredAccounts accounts;
    private final OAuth2AuthenticationToken login;
    private OAuth2AuthorizedClient client;
    private Instant until;
    /** Fetched, but the provider has not said yet whose they are. */
    private Provider.Renewed next;
    private Instant failedAt = Instant.MIN;
    private boolean hasEnded;

    ProviderSession(Provider provider, MirroredAccounts accounts, OAuth2AuthenticationToken login, OAuth2AuthorizedClient client) {
        this.provider = provider;
        this.accounts = accounts;
        this.login = login;
        this.client = client;
        this.until = client.getAccessToken().getExpiresAt();
    }

    void putInto(HttpSession session) {
        session.setAttribute(KEY, this);
    }

    /** Null if the session was not begun through the provider. */
    static ProviderSession of(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session == null ? null : of(session);
    }

    static ProviderSession of(HttpSession session) {
        return (ProviderSession) session.getAttribute(KEY);
    }

    /** Who has logged in, with the identity token that the provider asks for at logout. */
    OAuth2AuthenticationToken login() {
        return login;
    }

    /**
     * Whether the provider still vouches for them. Of several requests at once, one asks it.
     *
     * @throws ProviderSilent if it would have to say so now, but does not respond
     */
    synchronized boolean isLive() {
        if (hasEnded || Instant.now().isBefore(until)) {
            return !hasEnded;
        }
        if (Instant.now().isBefore(failedAt.plus(PAUSE))) {
            throw new ProviderSilent(null);
        }
        hasEnded = !isRenewed(login.getName());
        return !hasEnded;
    }

    private boolean isRenewed(String user) {
        if (client.getRefreshToken() == null) {
            log.info("The login of {} ends with its access token: the identity provider has issued no refresh token.", user);
            return false;
        }
        try {
            if (next == null) {
                next = provider.renewed(client);
                client = next.client();
            }
            accounts.mirror(provider.person(next, user));
            until = client.getAccessToken().getExpiresAt();
            next = null;
            return true;
        } catch (OAuth2AuthorizationException refused) {
            log.info("The login of {} ends: the identity provider refuses to renew it. {}", user, refused.getMessage());
            return false;
        } catch (NotAdmitted refused) {
            log.warn("The login of {} ends. {}", user, refused.getMessage());
            return false;
        } catch (ProviderSilent silent) {
            failedAt = Instant.now();
            log.warn("The login of {} cannot be renewed: the identity provider does not respond. {}", user,
                String.valueOf(silent.getCause()));
            throw silent;
        }
    }
}
