package org.signonflow.harness;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** JSON over HTTP. The only place that knows who the caller is and how to authenticate. */
public final class Rest {

    public static final String REQUESTER = "requester";
    public static final String APPROVER = "approver";
    public static final String OPERATOR = "operator";
    public static final String ADMIN = "admin";

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10)).build();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TYPE = "application/json";
    /** Longer than any call is held back. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final URI base;
    private final String user;

    public Rest(URI base, String user) {
        this.base = base;
        this.user = user;
    }

    /** The same server, called by somebody else. */
    public Rest as(String somebody) {
        return new Rest(base, somebody);
    }

    /** @throws RefusedException when the server answers with anything but success */
    public JsonNode get(String path) throws IOException {
        return send("GET", path, TYPE, BodyPublishers.noBody());
    }

    /** @throws RefusedException when the server answers with anything but success */
    public JsonNode post(String path, Object body) throws IOException {
        return send("POST", path, TYPE, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** @throws RefusedException when the server answers with anything but success */
    public void put(String path, Object body) throws IOException {
        send("PUT", path, TYPE, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** @throws RefusedException when the server answers with anything but success */
    public void delete(String path) throws IOException {
        send("DELETE", path, TYPE, BodyPublishers.noBody());
    }

    /**
     * Sends a form as a page does, with one file.
     *
     * @throws RefusedException when the server answers with anything but success
     */
    public JsonNode upload(String path, Map<String, String> form, String field, String fileName, String content) throws IOException {
        String boundary = "--------" + UUID.randomUUID();
        StringBuilder parts = new StringBuilder();
        form.forEach((name, value) -> parts.append("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
            .formatted(boundary, name, value)));
        parts.append("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n%s\r\n--%s--\r\n"
            .formatted(boundary, field, fileName, content, boundary));
        return send("POST", path, "multipart/form-data; boundary=" + boundary, BodyPublishers.ofString(parts.toString()));
    }

    private JsonNode send(String method, String path, String type, BodyPublisher body) throws IOException {
        String credentials = Base64.getEncoder().encodeToString((user + ":" + user + "-sandbox").getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).method(method, body)
            .header("Content-Type", type).header("Authorization", "Basic " + credentials).build();
        try {
            HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new RefusedException(response.statusCode(), method + " " + path + " as " + user + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        }
    }

    /** The server responded, but refused the request. */
    public static final class RefusedException extends IOException {
        private final int status;

        private RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
