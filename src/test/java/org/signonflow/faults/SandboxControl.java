package org.signonflow.faults;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sandbox's control, over HTTP and past the proxy. */
final class SandboxControl {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI sandbox;

    SandboxControl(URI sandbox) {
        this.sandbox = sandbox;
    }

    /** A request that reached the sandbox; {@code path} is what follows the environment, without the query. */
    record Request(Instant at, String method, String path, int status, boolean committed, String instanceId, String fault) {

        private static Request of(JsonNode entry) {
            return new Request(Instant.parse(entry.path("at").asString()), entry.path("method").asString(),
                entry.path("path").asString().replaceFirst("^/v1/environments/[^/]+", "").replaceFirst("\\?.*", ""),
                entry.path("status").asInt(), entry.path("committed").asBoolean(), entry.path("externalTransactionId").stringValue(null),
                entry.path("fault").stringValue(null));
        }

        boolean isA(String otherMethod, String pattern) {
            return method.equals(otherMethod) && path.matches(pattern.replace("*", "[^/]+"));
        }
    }

    /** An object in the sandbox, and the collection it is in. */
    record Stored(String collection, JsonNode object) {

        String id() {
            return text("id");
        }

        /** The text at a path such as {@code application.id}. */
        String text(String path) {
            return object.at("/" + path.replace('.', '/')).asString(null);
        }
    }

    void reset() {
        send("POST", "/reset", "");
    }

    /** Adds a fault; single quotes stand for double ones. */
    void fault(String json, Object... arguments) {
        send("POST", "/faults", json.formatted(arguments).replace('\'', '"'));
    }

    void clearFaults() {
        send("DELETE", "/faults", null);
    }

    List<Request> ledger() {
        List<Request> requests = new ArrayList<>();
        send("GET", "/ledger", null).forEach(entry -> requests.add(Request.of(entry)));
        return requests;
    }

    /** Every object by its id. */
    Map<String, Stored> state() {
        Map<String, Stored> objects = new LinkedHashMap<>();
        send("GET", "/state", null).properties().forEach(collection -> collection.getValue().forEach(object ->
            objects.put(object.path("id").asString(), new Stored(collection.getKey(), object))));
        return objects;
    }

    private JsonNode send(String method, String path, String body) {
        try {
            HttpResponse<byte[]> response = http.send(HttpRequest.newBuilder(sandbox.resolve("/sandbox" + path)).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + path + ": " + new String(response.body()));
            }
            return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
