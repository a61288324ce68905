package org.signonflow.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** JSON over HTTP. The only place that knows who asks and how that is shown. */
public final class Rest {

    public static final String REQUESTER = "requester";
    public static final String APPROVER = "approver";
    public static final String OPERATOR = "operator";
    public static final String ADMIN = "admin";

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10)).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Longer than any call is held. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final URI base;
    private final String user;

    public Rest(URI base, String user) {
        this.base = base;
        this.user = user;
    }

    /** The same server, asked by somebody else. */
    public Rest as(String somebody) {
        return new Rest(base, somebody);
    }

    /** @throws RefusedException when the server answers with anything but success */
    public JsonNode get(String path) throws IOException {
        return send("GET", path, BodyPublishers.noBody());
    }

    /** @throws RefusedException when the server answers with anything but success */
    public JsonNode post(String path, Object body) throws IOException {
        return send("POST", path, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** @throws RefusedException when the server answers with anything but success */
    public void delete(String path) throws IOException {
        send("DELETE", path, BodyPublishers.noBody());
    }

    private JsonNode send(String method, String path, BodyPublisher body) throws IOException {
        String credentials = Base64.getEncoder().encodeToString((user + ":" + user + "-sandbox").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).method(method, body)
            .header("Content-Type", "application/json").header("Authorization", "Basic " + credentials).build();
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new RefusedException(method + " " + path + " as " + user + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        }
    }

    /** The server is there, and said no. */
    public static final class RefusedException extends IOException {
        private RefusedException(String message) {
            super(message);
        }
    }
}
