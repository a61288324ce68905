package org.signonflow.process;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The sandbox's control, as a person with curl would use it. */
final class SandboxControl {

    private static final String API = "/v1/environments/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();
    private final URI control;

    SandboxControl(int port) {
        control = URI.create("http://127.0.0.1:" + port + "/sandbox/");
    }

    void reset() {
        call("POST", "reset", "");
    }

    void fault(String fault) {
        call("POST", "faults", fault);
    }

    void mend() {
        call("DELETE", "faults", "");
    }

    /** The requests of an instance, such as {@code POST /applications}, with ids left out, in order. */
    List<String> calls(String instanceId) {
        return entries(instanceId).stream().map(entry -> entry.get("method").asString() + " "
            + entry.get("path").asString().replace(API, "").replaceAll("/[0-9a-f]{8}-[0-9a-f-]{27}", "/*")).toList();
    }

    List<JsonNode> entries(String instanceId) {
        return stream(call("GET", "ledger", "")).filter(entry -> entry.get("externalTransactionId").asString().equals(instanceId)).toList();
    }

    JsonNode request(String instanceId, String call) {
        return entries(instanceId).get(calls(instanceId).indexOf(call)).get("request");
    }

    /** Every object's id, by collection. */
    TreeMap<String, TreeSet<String>> objects() {
        TreeMap<String, TreeSet<String>> objects = new TreeMap<>();
        call("GET", "state", "").properties().forEach(collection -> objects.put(collection.getKey(),
            new TreeSet<>(stream(collection.getValue()).map(object -> object.path("id").asString()).toList())));
        return objects;
    }

    /** The id of the sign-on policy of that name. */
    String policy(String name) {
        return stream(state().get("signOnPolicies")).filter(policy -> policy.get("name").asString().equals(name)).findFirst().orElseThrow()
            .get("id").asString();
    }

    JsonNode state() {
        return call("GET", "state", "");
    }

    /** Changes something in PingOne behind Signonflow's back, as a person with another tool would. */
    JsonNode pingOne(String method, String path, String body) {
        JsonNode token = send(HttpRequest.newBuilder(control.resolve("/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6/as/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id=7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01"
                + "&client_secret=sandbox-worker-secret")));
        return send(HttpRequest.newBuilder(control.resolve(API + path)).header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token.get("access_token").asString())
            .method(method, method.equals("GET") ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private JsonNode call(String method, String path, String body) {
        return send(HttpRequest.newBuilder(control.resolve(path)).header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (reply.statusCode() >= 300) {
                throw new IllegalStateException(reply.statusCode() + " " + reply.body());
            }
            return json.readTree(reply.body().isEmpty() ? "null" : reply.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
