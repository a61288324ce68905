package org.signonflow.pingone;

import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * The application's only HTTP client: sends a request <em>once</em> and reports the result.
 *
 * <p>OkHttp repeats requests on its own: after a lost connection, and after 408, 421, {@code 503} with {@code Retry-After: 0} and
 * redirects. PingOne has no idempotency key, so a repeated create makes a second object. The first is switched off; the rest cannot all be,
 * so OkHttp's follow-up logic never sees a status that it could act upon: inside the chain every failure looks like a 200, and the real
 * status is passed alongside.
 *
 * <p>Thread-safe.
 */
public final class PingOneHttp {

    static final int LARGEST_REPLY = 1 << 20;

    /** Shorter than servers keep idle connections, so that requests are rarely sent on one that is just being closed. */
    private static final int IDLE_SECONDS = 10;

    /** More than the calling threads, so that none loses its connection between two calls. */
    private static final int MOST_IDLE = 200;

    private final OkHttpClient client;
    private final String userAgent;
    private final CallObserver observer;

    /** A client that names the version of this package's jar in its {@code User-Agent}, or {@code dev} when run from classes. */
    public PingOneHttp(Timeouts timeouts) {
        this(timeouts, PingOneHttp.class.getPackage().getImplementationVersion(), CallObserver.NONE);
    }

    /** A client that names the given version in its {@code User-Agent}; {@code dev} when null. */
    public PingOneHttp(Timeouts timeouts, String version, CallObserver observer) {
        this.observer = observer;
        userAgent = "Signonflow/" + (version == null ? "dev" : version.replaceAll("[^A-Za-z0-9._+-]", "-"));
        client = new OkHttpClient.Builder()
            .connectTimeout(timeouts.connect())
            .readTimeout(timeouts.read())
            .writeTimeout(timeouts.read())
            .callTimeout(timeouts.call())
            .connectionPool(new ConnectionPool(MOST_IDLE, IDLE_SECONDS, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(chain -> {
                Attempt attempt = chain.request().tag(Attempt.class);
                attempt.sent = true;
                Response response = chain.proceed(chain.request());
                attempt.status = response.code();
                return response.isSuccessful() ? response : response.newBuilder().code(200).build();
            })
            .build();
    }

    /** How far a request got. */
    private static final class Attempt {
        private boolean sent;
        private int status;
    }

    /**
     * Sends the request, at most once, and reads the reply up to its limit. Never throws for what the network or the server does.
     *
     * @param environment for whom, by alias
     */
    Reply send(String environment, Route route, Request request) {
        long begun = System.nanoTime();
        Reply reply = send(request);
        observer.ended(environment, route, reply.status(), Duration.ofNanos(System.nanoTime() - begun));
        return reply;
    }

    private Reply send(Request request) {
        Attempt attempt = new Attempt();
        Headers headers = Headers.EMPTY;
        Request tagged = request.newBuilder()
            .header("User-Agent", userAgent)
            .header("Accept", "application/json")
            .tag(Attempt.class, attempt)
            .build();
        try (Response response = client.newCall(tagged).execute()) {
            headers = response.headers();
            BufferedSource source = response.body().source();
            if (source.request(LARGEST_REPLY + 1L)) {
                return new Reply(true, attempt.status, headers, new byte[0], "the reply is larger than 1 MiB", null);
            }
            return new Reply(true, attempt.status, headers, source.readByteArray(), null, null);
        } catch (Exception e) {
            // More than execute() declares: an unchecked exception for a malformed status, an InterruptedException while connecting.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            Exception shown = e instanceof ProtocolException ? null : e;
            return new Reply(attempt.sent, attempt.status, headers, new byte[0], describe(attempt, e), shown);
        }
    }

    private static String describe(Attempt attempt, Exception e) {
        String what = !attempt.sent ? "no connection" : attempt.status == 0 ? "no reply" : "the reply was cut off";
        // A ProtocolException quotes what the server sent.
        String quoted = e instanceof ProtocolException || e.getMessage() == null ? "" : ": " + Text.clean(e.getMessage(), 300);
        return what + " (" + e.getClass().getSimpleName() + quoted + ")";
    }
}
