package org.signonflow.pingone;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * The access token of an environment's worker, obtained by client credentials. Cached until shortly before it expires and fetched only once
 * however many threads need it: those that arrive during a fetch share its token, or its failure, so that a wrong secret does not cause a
 * storm of requests.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/foundations/authentication.html">PingOne API: authentication</a>
 */
final class WorkerToken {

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(60);
    /** PingOne always gives the lifetime; if it did not, a short guess would cost little, and a 401 corrects a wrong one. */
    private static final long SECONDS_WHEN_UNSAID = 300;
    private static final long LONGEST_SECONDS = Duration.ofDays(1).toSeconds();

    private record Token(String value, Instant renewAt) {
        @Override
        public String toString() {
            return "Token[renewAt=" + renewAt + "]";
        }
    }

    private final PingOneHttp http;
    private final PingOneEnvironment environment;
    private final Clock clock;
    private final HttpUrl url;
    private final String basic;
    private Token token;
    private FutureTask<Token> flight;

    WorkerToken(PingOneHttp http, PingOneEnvironment environment, Clock clock) {
        this.http = http;
        this.environment = environment;
        this.clock = clock;
        url = HttpUrl.get(environment.authUrl()).newBuilder()
            .addPathSegment(environment.workerEnvironmentId()).addPathSegments("as/token").build();
        basic = Credentials.basic(environment.clientId(), environment.clientSecret(), StandardCharsets.UTF_8);
    }

    /**
     * Returns a token that PingOne has not refused yet.
     *
     * @param refused the token just refused with a 401; null at first
     * @throws PingOneException {@code UNAUTHENTICATED} if PingOne does not accept the credentials, {@code NOT_NOW} if that cannot be
     *     determined
     */
    String value(String refused) {
        FutureTask<Token> mine = null;
        FutureTask<Token> shared;
        synchronized (this) {
            if (token != null && (token.value.equals(refused) || !clock.instant().isBefore(token.renewAt))) {
                token = null;
            }
            if (token != null) {
                return token.value;
            }
            if (flight == null) {
                mine = flight = new FutureTask<>(this::fetch);
            }
            shared = flight;
        }
        if (mine != null) {
            mine.run();
        }
        return resultOf(shared).value;
    }

    /** Texts that must never be shown, whoever echoes them: a token (or null) and the worker's credentials. */
    List<String> secrets(String current) {
        String secret = environment.clientSecret();
        return Arrays.asList(current, basic.substring("Basic ".length()), secret, URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }

    private Token resultOf(FutureTask<Token> shared) {
        try {
            return shared.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PingOneException(PingOneException.Outcome.NOT_NOW, "POST", url.encodedPath(), 0,
                PingOneError.of("interrupted while waiting for a token"), null, null, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PingOneException failure) {
                throw failure;
            }
            throw new IllegalStateException("Fetching a token failed unexpectedly.", e.getCause());
        }
    }

    private Token fetch() {
        Token fetched = null;
        try {
            fetched = ask();
            return fetched;
        } finally {
            // Before any waiting thread sees the result, or one whose new token is refused at once could get the same token again.
            land(fetched);
        }
    }

    private synchronized void land(Token fetched) {
        token = fetched;
        flight = null;
    }

    private Token ask() {
        Instant asked = clock.instant();
        FormBody.Builder form = new FormBody.Builder().add("grant_type", "client_credentials");
        Request.Builder request = new Request.Builder().url(url);
        if (environment.authentication() == TokenAuthentication.BASIC) {
            request.header("Authorization", basic);
        } else {
            form.add("client_id", environment.clientId()).add("client_secret", environment.clientSecret());
        }
        Reply reply = http.send(environment.alias(), Route.TOKEN, request.post(form.build()).build());
        if (!reply.isSuccess()) {
            throw failure(reply, PingOneError.parse(reply, secrets(null)));
        }
        try {
            JsonNode json = reply.json();
            String value = Json.text(json, "access_token");
            if (value == null || !value.matches("[\\x21-\\x7e]+")) {
                throw new Json.UnusableException("the reply has no usable access_token");
            }
            long seconds = json.path("expires_in").asLong(0);
            return new Token(value, asked.plus(usable(seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : SECONDS_WHEN_UNSAID)));
        } catch (Json.UnusableException e) {
            throw failure(reply, PingOneError.of(e.getMessage()));
        }
    }

    private static Duration usable(long lifetimeSeconds) {
        Duration lifetime = Duration.ofSeconds(lifetimeSeconds);
        Duration tenth = lifetime.dividedBy(10);
        return lifetime.minus(tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN);
    }

    private PingOneException failure(Reply reply, PingOneError error) {
        return new PingOneException(PingOneException.Outcome.ofToken(reply), "POST", url.encodedPath(), reply.status(), error,
            Text.clean(reply.correlationId(), 100, secrets(null)), reply.notBefore(Instant.now()), reply.cause());
    }
}
