package org.signonflow.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.signonflow.crash.CrashPoint.Moment;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Sits between the engine and the sandbox, and holds a given instance's call before it reaches the sandbox, or the reply to it.
 * The sandbox's own faults could not tell one instance's policy from another's.
 */
final class Proxy implements AutoCloseable {

    /** The header with which the engine's client gives the process instance of each call. */
    private static final String INSTANCE = "X-Ping-External-Transaction-ID";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int MOST_PENDING = 1000;
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "content-length", "transfer-encoding", "date", "keep-alive");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final URI target;
    /** Sends each request once, never on a connection that the sandbox may be closing, as the engine's own client does; never times out. */
    private final OkHttpClient client = new OkHttpClient.Builder().retryOnConnectionFailure(false).followRedirects(false)
        .connectionPool(new ConnectionPool(MOST_PENDING, 10, TimeUnit.SECONDS))
        .callTimeout(Duration.ZERO).readTimeout(Duration.ZERO).build();
    private final Map<String, CompletableFuture<CrashPoint>> points = new ConcurrentHashMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch killed = new CountDownLatch(1);

    Proxy(URI target) throws IOException {
        this.target = target;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), MOST_PENDING);
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Sets where the instance is to be held. Its calls wait until this is set: the engine is faster than the response to its start. */
    void expect(String instanceId, CrashPoint point) {
        points.computeIfAbsent(instanceId, id -> new CompletableFuture<>()).complete(point);
    }

    /** Lets the instance pass without being held. */
    void letPass(String instanceId) {
        expect(instanceId, null);
    }

    /** Whether the reply that is to be lost has been lost. */
    boolean hasLost(String instanceId) {
        return lost.contains(instanceId);
    }

    boolean holds(String instanceId) {
        return held.contains(instanceId);
    }

    /** Must be called once the engine is dead: what is held will never arrive. */
    void engineIsDead() {
        killed.countDown();
        killed = new CountDownLatch(1);
    }

    @Override
    public void close() {
        killed.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private void pass(HttpExchange exchange) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String instance = exchange.getRequestHeaders().getFirst(INSTANCE);
            CrashPoint point = instance == null ? null : points.computeIfAbsent(instance, id -> new CompletableFuture<>())
                .get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
            String path = exchange.getRequestURI().toString();
            if (point != null && point.lost() != null && point.lost().is(exchange.getRequestMethod(), path)
                && !lost.contains(instance)) {
                forward(exchange, body).close();
                lost.add(instance);
                return;
            }
            if (point != null && point.call() != null && point.call().is(exchange.getRequestMethod(), path)) {
                CountDownLatch until = killed;
                if (point.moment() == Moment.BEFORE_SEND && held.add(instance)) {
                    until.await();
                    return;
                }
                if (point.moment() == Moment.AFTER_COMMIT && !held.contains(instance)) {
                    try (Response response = forward(exchange, body)) {
                        if (!response.isSuccessful()) {
                            throw new IllegalStateException("The sandbox answered " + response.code() + " to " + point);
                        }
                    }
                    held.add(instance);
                    until.await();
                    return;
                }
            }
            try (Response response = forward(exchange, body)) {
                reply(exchange, response);
            }
        } catch (IOException engineOrSandboxIsGone) {
            // The engine's connection is closed with the exchange, as it would be without a proxy.
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            failure.printStackTrace();
        }
    }

    private Response forward(HttpExchange exchange, byte[] body) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        String method = exchange.getRequestMethod();
        RequestBody content = body.length == 0 && !method.equals("POST") ? null
            : RequestBody.create(body, type == null ? null : MediaType.parse(type));
        Request.Builder request = new Request.Builder().url(target.resolve(exchange.getRequestURI()).toString()).method(method, content);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase())) {
                request.header(name, values.get(0));
            }
        });
        return client.newCall(request.build()).execute();
    }

    private static void reply(HttpExchange exchange, Response response) throws IOException {
        byte[] body = response.body().bytes();
        response.headers().toMultimap().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase())) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
            }
        });
        exchange.sendResponseHeaders(response.code(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
