package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/** Talks to a sandbox as a stranger does: HTTP and JSON, none of its classes. */
final class Caller {

    static final JsonMapper JSON = JsonMapper.shared();
    static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
    static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    final URI base;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String token;

    Caller(URI base) {
        this.base = base;
    }

    /** A response; the body is null if there was none, and a text node if it was not JSON. */
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {

        Answer expect(int expected) {
            assertThat(status).as("%s %s answered %s", raw.request().method(), raw.request().uri(), raw.body()).isEqualTo(expected);
            return this;
        }

        /** Asserts that it is PingOne's error with this code, and with a first detail of this code and target. */
        void refused(int expected, String code, String detailCode, String target) {
            expect(expected);
            assertThat(body.get("id").stringValue()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(body.get("code").stringValue()).isEqualTo(code);
            assertThat(body.get("message").stringValue()).isNotBlank();
            if (detailCode != null) {
                assertThat(body.at("/details/0/code").asString()).as(raw.body()).isEqualTo(detailCode);
                assertThat(body.at("/details/0/target").asString()).as(raw.body()).isEqualTo(target == null ? "" : target);
            }
        }

        void invalid(String detailCode, String target) {
            refused(400, "INVALID_DATA", detailCode, target);
        }

        void malformed(String target) {
            refused(400, "INVALID_REQUEST", "INVALID_VALUE", target);
        }

        String id() {
            return body.get("id").stringValue();
        }

        JsonNode at(String pointer) {
            return body.at(pointer);
        }

        List<JsonNode> items() {
            return StreamSupport.stream(body.get("_embedded").values().iterator().next().spliterator(), false).toList();
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse(null);
        }
    }

    /** Fetches a token and uses it from now on. */
    Caller authorised() {
        token = token("grant_type=client_credentials", "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01:sandbox-worker-secret").expect(200)
                .at("/access_token").stringValue();
        return this;
    }

    Answer token(String form, String basic) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/" + ENVIRONMENT + "/as/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        if (basic != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
        }
        return send(request.build());
    }

    Answer get(String path) {
        return api("GET", path, null);
    }

    Answer post(String path, String body) {
        return api("POST", path, body);
    }

    Answer put(String path, String body) {
        return api("PUT", path, body);
    }

    Answer delete(String path) {
        return api("DELETE", path, null);
    }

    Answer api(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = request(method, path, body);
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpRequest.Builder request(String method, String path, String body) {
        URI uri = path.startsWith("http") ? URI.create(path) : URI.create(base + "/v1/environments/" + ENVIRONMENT + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        return request;
    }

    Answer control(String method, String what, String body) {
        return send(HttpRequest.newBuilder(URI.create(base + "/sandbox/" + what)).header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build());
    }

    JsonNode state(String collection) {
        return control("GET", "state", null).expect(200).body.get(collection);
    }

    List<JsonNode> ledger() {
        return List.of(JSON.convertValue(control("GET", "ledger", null).expect(200).body, JsonNode[].class));
    }

    /** The latest entry of the ledger. */
    JsonNode lastEntry() {
        List<JsonNode> ledger = ledger();
        return ledger.get(ledger.size() - 1);
    }

    Answer fault(String json) {
        return control("POST", "faults", json.replace('\'', '"'));
    }

    String idByName(String path, String name) {
        return get(path).items().stream().filter(item -> item.get("name").stringValue().equals(name)).findAny().orElseThrow().get("id")
                .stringValue();
    }

    Answer send(HttpRequest request) {
        try {
            return trySend(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer trySend(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), json(response.body()), response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? null : JSON.readTree(body);
        } catch (JacksonException e) {
            return StringNode.valueOf(body);
        }
    }

    // The bodies below are those of the published workflows.

    static final String NATIVE_APPLICATION = """
            {"enabled": true, "name": "nativeAppWithMFA_1", "description": "This is an OIDC native application.",
             "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "responseTypes": ["TOKEN", "ID_TOKEN"], "grantTypes": ["IMPLICIT"],
             "tokenEndpointAuthMethod": "NONE", "redirectUris": ["https://www.example.com"],
             "bundleId": "com.example.something1", "packageName": "org.example.hyphenated_name1"}""";

    static String application(String name, String more) {
        return "{\"name\":\"" + name + "\",\"type\":\"WEB_APP\",\"protocol\":\"OPENID_CONNECT\",\"enabled\":true"
                + (more.isEmpty() ? "" : "," + more.replace('\'', '"')) + "}";
    }

    static String policy(String name) {
        return "{\"name\":\"" + name + "\",\"default\":\"false\",\"description\":\"A new policy.\"}";
    }

    static String mfaAction(String applicationId) {
        return """
            {"priority": 10, "type": "MULTI_FACTOR_AUTHENTICATION",
             "condition": {"anonymousNetwork": ["1.1.1.1/10"], "valid": "${flow.request.http.remoteIp}"},
             "recovery": {"enabled": false}, "authenticator": {"enabled": true}, "email": {"enabled": "false"}, "sms": {"enabled": false},
             "applications": [{"id": "%s", "autoEnrollment": {"enabled": true},
                               "deviceAuthorization": {"enabled": true, "extraVerification": "permissive"}}]}""".formatted(applicationId);
    }

    static String grant(String resourceId, String... scopeIds) {
        return "{\"resource\":{\"id\":\"" + resourceId + "\"},\"scopes\":["
                + String.join(",", List.of(scopeIds).stream().map(id -> "{\"id\":\"" + id + "\"}").toList()) + "]}";
    }

    static String assignment(String policyId, int priority) {
        return "{\"priority\":" + priority + ",\"signOnPolicy\":{\"id\":\"" + policyId + "\"}}";
    }
}
