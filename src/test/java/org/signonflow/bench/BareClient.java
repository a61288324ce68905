package org.signonflow.bench;

import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.signonflow.sandbox.Sandbox;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The seven calls of the MFA flow, one after the other, and nothing else: no engine, no journal, no checks. */
final class BareClient {

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient client = new OkHttpClient.Builder().connectionPool(new ConnectionPool(100, 1, TimeUnit.MINUTES))
        .readTimeout(Duration.ofMinutes(1)).build();
    private final JsonMapper json = JsonMapper.shared();
    private final String root;
    private final String token;

    BareClient(URI sandbox) throws IOException {
        root = sandbox + "/v1/environments/" + Sandbox.ENVIRONMENT_ID;
        token = send(new Request.Builder().url(sandbox + "/" + Sandbox.ENVIRONMENT_ID + "/as/token")
            .header("Authorization", Credentials.basic(Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET))
            .post(new FormBody.Builder().add("grant_type", "client_credentials").build()).build()).get("access_token").stringValue();
    }

    /** The name must not have been used before. */
    void sevenCalls(String name) throws IOException {
        String application = post("/applications", """
            {"enabled": true, "name": "%s", "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "responseTypes": ["TOKEN", "ID_TOKEN"],
             "grantTypes": ["IMPLICIT"], "tokenEndpointAuthMethod": "NONE"}""", name);
        String resource = idOf("openid", get("/resources").at("/_embedded/resources"));
        String scope = idOf("profile", get("/resources/" + resource + "/scopes").at("/_embedded/scopes"));
        post("/applications/" + application + "/grants", """
            {"resource": {"id": "%s"}, "scopes": [{"id": "%s"}]}""", resource, scope);
        String policy = post("/signOnPolicies", """
            {"name": "%s", "default": false}""", name);
        post("/signOnPolicies/" + policy + "/actions", """
            {"priority": 10, "type": "MULTI_FACTOR_AUTHENTICATION", "recovery": {"enabled": false}, "authenticator": {"enabled": true},
             "email": {"enabled": false}, "sms": {"enabled": false}, "applications": [{"id": "%s", "autoEnrollment": {"enabled": true},
             "deviceAuthorization": {"enabled": true, "extraVerification": "permissive"}}]}""", application);
        post("/applications/" + application + "/signOnPolicyAssignments", """
            {"priority": 1, "signOnPolicy": {"id": "%s"}}""", policy);
    }

    /** Runs this many flows with this many threads. */
    double flowsPerSecond(int flows, int threads) throws IOException {
        long begun = System.nanoTime();
        Parallel.run(threads, IntStream.range(0, flows).<Callable<Void>>mapToObj(flow -> () -> {
            sevenCalls("bare-%d-%d".formatted(begun, flow));
            return null;
        }).toList());
        return flows / ((System.nanoTime() - begun) / 1e9);
    }

    private static String idOf(String name, JsonNode list) {
        for (JsonNode each : list) {
            if (each.get("name").stringValue().equals(name)) {
                return each.get("id").stringValue();
            }
        }
        throw new IllegalStateException("There is no " + name + " in " + list);
    }

    private JsonNode get(String path) throws IOException {
        return send(authorized(path).build());
    }

    private String post(String path, String body, Object... values) throws IOException {
        return send(authorized(path).post(RequestBody.create(body.formatted(values), JSON)).build()).get("id").stringValue();
    }

    private Request.Builder authorized(String path) {
        return new Request.Builder().url(root + path).header("Authorization", "Bearer " + token);
    }

    private JsonNode send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            String body = response.body().string();
            if (!response.isSuccessful()) {
                throw new IOException(request.method() + " " + request.url() + ": " + response.code() + " " + body);
            }
            return json.readTree(body);
        }
    }
}
