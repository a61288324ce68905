package org.signonflow.harness;

import org.signonflow.sandbox.Sandbox;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The sandbox's control, used as by a person with curl, and changes that somebody makes directly in PingOne. */
public final class SandboxControl {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String API = "/v1/environments/" + Sandbox.ENVIRONMENT_ID;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI sandbox;

    public SandboxControl(URI sandbox) {
        this.sandbox = sandbox;
    }

    /** A request received by the sandbox; {@code path} is the part after the environment, without the query. */
    public record Request(Instant at, String method, String path, int status, boolean committed, String instanceId, String fault,
                          String correlationId, JsonNode body) {

        private static Request of(JsonNode entry) {
            return new Request(Instant.parse(entry.path("at").asString()), entry.path("method").asString(),
                entry.path("path").asString().replaceFirst("^/v1/environments/[^/]+", "").replaceFirst("\\?.*", ""),
                entry.path("status").asInt(), entry.path("committed").asBoolean(), entry.path("externalTransactionId").stringValue(null),
                entry.path("fault").stringValue(null), entry.path("correlationId").stringValue(null), entry.get("request"));
        }

        public boolean isA(String otherMethod, String pattern) {
            return method.equals(otherMethod) && path.matches(pattern.replace("*", "[^/]+"));
        }

        /** Such as {@code POST /applications/*}{@code /grants}: with ids replaced by asterisks. */
        String call() {
            return method + " " + path.replaceAll("/[0-9a-f]{8}-[0-9a-f-]{27}", "/*");
        }
    }

    /** An object in the sandbox, and its collection. */
    public record Stored(String collection, JsonNode object) {

        public String id() {
            return text("id");
        }

        /** The text at a path such as {@code application.id}. */
        public String text(String path) {
            return object.at("/" + path.replace('.', '/')).asString(null);
        }
    }

    public void reset() {
        control("POST", "reset", "");
    }

    /** Adds a fault; single quotes stand for double ones. */
    public void fault(String json, Object... arguments) {
        control("POST", "faults", (arguments.length == 0 ? json : json.formatted(arguments)).replace('\'', '"'));
    }

    public void clearFaults() {
        control("DELETE", "faults", "");
    }

    public List<Request> ledger() {
        return stream(control("GET", "ledger", "")).map(Request::of).toList();
    }

    /** The requests of an instance in order, such as {@code POST /applications}, with ids left out. */
    public List<String> calls(String instanceId) {
        return requests(instanceId).stream().map(Request::call).toList();
    }

    public List<Request> requests(String instanceId) {
        return ledger().stream().filter(request -> instanceId.equals(request.instanceId())).toList();
    }

    /** The body of the first such call of an instance. */
    public JsonNode body(String instanceId, String call) {
        return requests(instanceId).stream().filter(request -> request.call().equals(call)).findFirst().orElseThrow().body();
    }

    public JsonNode state() {
        return control("GET", "state", "");
    }

    /** Every object by its id. */
    public Map<String, Stored> objectsById() {
        Map<String, Stored> objects = new LinkedHashMap<>();
        state().properties().forEach(collection -> collection.getValue().forEach(object ->
            objects.put(object.path("id").asString(), new Stored(collection.getKey(), object))));
        return objects;
    }

    /** Every object's id, by collection. */
    public TreeMap<String, TreeSet<String>> objects() {
        TreeMap<String, TreeSet<String>> objects = new TreeMap<>();
        state().properties().forEach(collection -> objects.put(collection.getKey(),
            new TreeSet<>(stream(collection.getValue()).map(object -> object.path("id").asString()).toList())));
        return objects;
    }

    /** The id of the sign-on policy of that name. */
    public String policy(String name) {
        return stream(state().get("signOnPolicies")).filter(policy -> policy.get("name").asString().equals(name)).findFirst().orElseThrow()
            .get("id").asString();
    }

    /** Changes something in PingOne without Signonflow's knowledge. */
    public JsonNode pingOne(String method, String path, String body) {
        JsonNode token = send(HttpRequest.newBuilder(sandbox.resolve("/" + Sandbox.ENVIRONMENT_ID + "/as/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials&client_id=%s&client_secret=%s"
                .formatted(Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET))));
        return send(HttpRequest.newBuilder(sandbox.resolve(API + path)).header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token.get("access_token").asString())
            .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    /** Changes a member of an object as somebody in PingOne's console would. */
    public void change(String path, String member, Object value) {
        ObjectNode object = (ObjectNode) pingOne("GET", path, "");
        object.remove(List.of("id", "_links", "createdAt", "updatedAt", "environment"));
        object.putPOJO(member, value);
        pingOne("PUT", path, JSON.writeValueAsString(object));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private JsonNode control(String method, String path, String body) {
        return send(HttpRequest.newBuilder(sandbox.resolve("/sandbox/" + path)).header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (reply.statusCode() >= 300) {
                throw new IllegalStateException(reply + ": " + new String(reply.body()));
            }
            return reply.body().length == 0 ? JSON.missingNode() : JSON.readTree(reply.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
