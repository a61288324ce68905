package org.signonflow.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A PingOne with marked secrets, in front of the sandbox, which does the work: it expects a marked worker secret, issues a marked
 * token, puts a marked secret into each application, and quotes them all when it refuses something.
 */
final class LeakyPingOne implements AutoCloseable {

    static final String WORKER_SECRET = "canary-worker-2f6d~%s+&c1";
    static final String TOKEN = "canary.token.8c1b-77e0";
    static final String APPLICATION_SECRET = "canary-application-51ae";

    private static final String SANDBOX_CLIENT = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";
    private static final String SANDBOX_SECRET = "sandbox-worker-secret";

    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile int sandboxPort;
    private volatile String sandboxToken = "";
    private volatile int refusals;
    private volatile boolean told;

    LeakyPingOne() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException noPort) {
            throw new IllegalStateException(noPort);
        }
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    void standsBefore(int sandboxPort) {
        this.sandboxPort = sandboxPort;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How many refusals have quoted the secrets. */
    int refusals() {
        return refusals;
    }

    /** Whether the marked secret and token have been used. */
    boolean wasTold() {
        return told;
    }

    List<String> secrets() {
        return List.of(WORKER_SECRET, TOKEN, APPLICATION_SECRET, SANDBOX_SECRET, sandboxToken, basic(WORKER_SECRET));
    }

    private static String basic(String secret) {
        String pair = SANDBOX_CLIENT + ":" + secret;
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean forToken = exchange.getRequestURI().getPath().endsWith("/as/token");
            byte[] body = exchange.getRequestBody().readAllBytes();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sandboxPort + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), body.length == 0 ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!List.of("Host", "Connection", "Content-length", "Authorization", "Accept-encoding").contains(name)) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            request.header("Authorization", forToken ? "Basic " + Base64.getEncoder().encodeToString((SANDBOX_CLIENT + ":" + SANDBOX_SECRET)
                .getBytes(StandardCharsets.UTF_8)) : "Bearer " + sandboxToken);
            HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = reply.body();
            if (forToken && reply.statusCode() == 200) {
                sandboxToken = text.replaceFirst("(?s).*\"access_token\"\\s*:\\s*\"([^\"]*)\".*", "$1");
                text = text.replace(sandboxToken, TOKEN);
            } else if (reply.statusCode() >= 400) {
                refusals++;
                String given = exchange.getRequestHeaders().getFirst("Authorization");
                told |= ("Bearer " + TOKEN).equals(given);
                text = text.replaceAll("\"message\"\\s*:\\s*\"", "\"message\":\"You said " + given + ", who are " + WORKER_SECRET
                    .replace("$", "\\$") + " at " + basic(WORKER_SECRET) + ". ");
            } else if (exchange.getRequestURI().getPath().contains("/applications")) {
                text = text.replaceFirst("\"name\"", "\"secret\":\"" + APPLICATION_SECRET + "\",\"clientSecret\":\"" + APPLICATION_SECRET
                    + "\",\"name\"");
            }
            reply.headers().map().forEach((name, values) -> {
                if (!List.of("content-length", "transfer-encoding", "connection").contains(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.statusCode(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException fault) {
            fault.printStackTrace();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
