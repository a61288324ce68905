package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tokens, paths, methods, lists: everything that is the same for all collections. */
class ProtocolTest extends SandboxTest {

    private static final String CLIENT = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";
    private static final String GRANT = "grant_type=client_credentials";

    @Test
    void tokensAreIssuedForBothWaysOfSendingTheSecret() {
        for (Caller.Answer answer : List.of(caller.token(GRANT, CLIENT + ":sandbox-worker-secret"),
                caller.token(GRANT + "&client_id=" + CLIENT + "&client_secret=sandbox-worker-secret", null))) {
            answer.expect(200);
            assertThat(answer.at("/token_type").stringValue()).isEqualTo("Bearer");
            assertThat(answer.at("/expires_in").intValue()).isEqualTo(3600);
            Caller other = new Caller(caller.base);
            other.token = answer.at("/access_token").stringValue();
            other.get("/resources").expect(200);
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "grant_type=client_credentials, 7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01:wrong, 401, invalid_client",
        "grant_type=client_credentials, somebody:sandbox-worker-secret, 401, invalid_client",
        "grant_type=client_credentials, -, 401, invalid_client",
        "grant_type=client_credentials&client_id=7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01&client_secret=wrong, -, 401, invalid_client",
        "grant_type=password, 7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01:sandbox-worker-secret, 400, unsupported_grant_type",
        "nothing=1, 7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01:sandbox-worker-secret, 400, invalid_request",
    })
    void tokenErrorsAreThoseOfOAuth(String form, String basic, int status, String error) {
        Caller.Answer answer = caller.token(form, basic).expect(status);
        assertThat(answer.at("/error").stringValue()).isEqualTo(error);
        assertThat(answer.at("/error_description").stringValue()).contains("Correlation ID: " + answer.header("Correlation-Id"));
        assertThat(answer.body().has("code")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer made-up", "Basic YTpi"})
    void withoutAValidTokenThereIsNoAccess(String authorization) {
        Caller stranger = new Caller(caller.base);
        Caller.Answer answer = authorization.isEmpty()
                ? stranger.get("/applications") : stranger.api("GET", "/applications", null, "Authorization", authorization);
        answer.refused(401, "ACCESS_FAILED", "INVALID_TOKEN", "Authentication Credentials");
        assertThat(answer.at("/message").stringValue())
                .isEqualTo("The request could not be completed. You do not have access to this resource.");
    }

    @Test
    void tokensExpire() {
        try (Sandbox sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.token-lifetime", "1s"))) {
            Caller hasty = new Caller(sandbox.uri()).authorised();
            hasty.get("/resources").expect(200);
            await().atMost(Duration.ofSeconds(10)).until(() -> hasty.get("/resources").status() == 401);
            hasty.authorised().get("/resources").expect(200);
        }
    }

    @Test
    void everyReplyIdentifiesTheSandbox() {
        Set<String> ids = new HashSet<>();
        for (Caller.Answer answer : List.of(caller.get("/resources"), caller.get("/nothing"), caller.post("/signOnPolicies", "{"),
                caller.api("PATCH", "/resources", "{}"), caller.token("", null), caller.control("GET", "ledger", null),
                caller.delete("/applications/" + caller.post("/applications", Caller.application("a", "")).id()),
                new Caller(caller.base).get("/resources"), caller.get(caller.base + "/"))) {
            assertThat(answer.header("X-Signonflow-Sandbox")).isEqualTo("true");
            assertThat(ids.add(answer.header("Correlation-Id"))).isTrue();
            if (answer.body() != null) {
                assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/applications/00000000-0000-4000-8000-000000000000",
        "/applications/00000000-0000-4000-8000-000000000000/grants",
        "/signOnPolicies/nonsense", "/nothing", "/grants", "/applications/", "//applications", "/resources/x/scopes/y/z",
        "/signOnPolicies/x/secret"})
    void unknownPathsAreNotFound(String path) {
        caller.get(path).refused(404, "NOT_FOUND", null, null);
    }

    @Test
    void unknownPathsCannotBeWrittenEither() {
        caller.put("/signOnPolicies/" + Caller.UNKNOWN, Caller.policy("p")).refused(404, "NOT_FOUND", null, null);
        caller.delete("/signOnPolicies/" + Caller.UNKNOWN).refused(404, "NOT_FOUND", null, null);
        caller.post("/applications/" + Caller.UNKNOWN + "/signOnPolicyAssignments", Caller.assignment(Caller.UNKNOWN, 1))
                .refused(404, "NOT_FOUND", null, null);
        caller.get(caller.base + "/v1/environments/" + Caller.UNKNOWN).refused(404, "NOT_FOUND", null, null);
        caller.get(caller.base + "/v1/environments/" + Caller.UNKNOWN + "/resources").refused(404, "NOT_FOUND", null, null);
    }

    @ParameterizedTest
    @CsvSource({"PATCH, /applications, 'GET, POST'", "DELETE, /applications, 'GET, POST'", "PUT, /signOnPolicies, 'GET, POST'",
        "GET, /images, POST", "PUT, /images/x, 'GET, DELETE'", "DELETE, '', GET", "PATCH, /signOnPolicies/x, 'GET, PUT, DELETE'",
        "PUT, /applications/x/secret, 'GET, POST, DELETE'"})
    void unsupportedMethodsAreRefused(String method, String path, String allowed) {
        Caller.Answer answer = caller.api(method, path, "{}");
        answer.refused(405, "METHOD_NOT_ALLOWED", null, null);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"TRACE, x, 405, METHOD_NOT_ALLOWED", "GET, 7000, 400, INVALID_REQUEST"})
    void whatDoesNotReachTheApiIsAnsweredInItsForm(String method, String header, int status, String code) throws IOException {
        try (Socket socket = new Socket(caller.base.getHost(), caller.base.getPort())) {
            socket.setSoTimeout(30_000);
            String value = header.equals("x") ? header : "x".repeat(Integer.parseInt(header));
            socket.getOutputStream().write(("%s /v1/environments/%s/resources HTTP/1.1\r\nHost: x\r\nX: %s\r\nConnection: close\r\n\r\n"
                    .formatted(method, Caller.ENVIRONMENT, value)).getBytes(StandardCharsets.US_ASCII));
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 " + status).containsIgnoringCase("\r\nContent-Type: application/json")
                    .containsIgnoringCase("\r\nX-Signonflow-Sandbox: true");
            JsonNode body = Caller.JSON.readTree(reply.substring(reply.indexOf("\r\n\r\n") + 4));
            assertThat(body.get("code").stringValue()).isEqualTo(code);
            assertThat(reply).contains("Correlation-Id: " + body.get("id").stringValue());
        }
    }

    @Test
    void bodiesThatAreNotJson() {
        for (String body : List.of("", "{", "[]", "\"x\"", "{} {}", "{\"name\":\"a\",}", "\u0000")) {
            caller.post("/applications", body).refused(400, "INVALID_REQUEST", null, null);
        }
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "nonsense")) {
            caller.send(caller.request("POST", "/applications", Caller.application("a", "")).header("Content-Type", type).build())
                    .refused(415, "UNSUPPORTED_MEDIA_TYPE", null, null);
        }
        caller.send(caller.request("POST", "/applications", Caller.application("a", "")).build())
                .refused(415, "UNSUPPORTED_MEDIA_TYPE", null, null);
        caller.send(caller.request("POST", "/applications", Caller.application("a", ""))
                .header("Content-Type", "application/json;charset=UTF-8").build()).expect(201);
        caller.post("/applications", Caller.application("x".repeat(1 << 20), "")).refused(413, "REQUEST_TOO_LARGE", null, null);
    }

    @Test
    void listsArePaged() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(caller.post("/applications", Caller.application("a" + i, "")).expect(201).id());
        }
        List<JsonNode> all = caller.get("/applications").items();
        assertThat(all).hasSize(8);

        List<JsonNode> read = new ArrayList<>();
        String next = "/applications?limit=3";
        int pages = 0;
        while (next != null) {
            Caller.Answer page = caller.get(next).expect(200);
            assertThat(page.at("/size").intValue()).isEqualTo(page.items().size()).isLessThanOrEqualTo(3);
            read.addAll(page.items());
            next = page.at("/_links/next/href").stringValue(null);
            if (++pages == 2) {
                caller.delete("/applications/" + made.get(0)).expect(204);
            }
        }
        assertThat(pages).isEqualTo(3);
        assertThat(read).as("deletions meanwhile hide nothing else").isEqualTo(all);
        String second = caller.get("/applications?limit=3").at("/_links/next/href").stringValue();
        caller.delete("/applications/" + made.get(1)).expect(204);
        Caller.Answer page = caller.get("/applications?limit=4");
        caller.delete("/applications/" + page.items().get(3).get("id").stringValue()).expect(204);
        assertThat(caller.get(page.at("/_links/next/href").stringValue()).expect(200).items()).as("after its last one was deleted")
                .containsExactly(all.get(6), all.get(7));
        assertThat(caller.get(second).expect(200).items()).as("and after several").containsExactly(all.get(6), all.get(7));
        made.set(0, caller.post("/applications", Caller.application("b0", "")).expect(201).id());
        made.set(1, caller.post("/applications", Caller.application("b1", "")).expect(201).id());
        assertThat(caller.get("/applications?limit=7").body().at("/_links").has("next")).isFalse();
        assertThat(caller.get("/applications").at("/count").intValue()).isEqualTo(7);
        for (String bad : List.of("limit=0", "limit=-1", "limit=x", "cursor=x", "cursor=%00")) {
            caller.get("/applications?" + bad).malformed(bad.substring(0, bad.indexOf('=')));
        }
    }

    @Test
    void aListIsNeverLongerThanAPage() {
        for (int i = 0; i < 98; i++) {
            caller.post("/signOnPolicies", Caller.policy("p" + i)).expect(201);
        }
        caller.post("/signOnPolicies", Caller.policy("oneTooMany")).invalid("CONSTRAINT_VIOLATION", null);
        assertThat(caller.get("/signOnPolicies?limit=1000").items()).hasSize(100);
        for (int i = 0; i < 98; i++) {
            caller.post("/applications", Caller.application("a" + i, "")).expect(201);
        }
        Caller.Answer first = caller.get("/applications").expect(200);
        assertThat(first.items()).hasSize(100);
        assertThat(caller.get(first.at("/_links/next/href").stringValue()).items()).hasSize(1);
    }

    @Test
    void aQuotaPerMinute() {
        try (Sandbox sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.requests-per-minute", 3))) {
            Caller busy = new Caller(sandbox.uri()).authorised();
            for (int i = 0; i < 3; i++) {
                busy.get("/resources").expect(200);
            }
            Caller.Answer refused = busy.post("/signOnPolicies", Caller.policy("p"));
            refused.refused(429, "REQUEST_LIMITED", null, null);
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            assertThat(busy.lastEntry().get("committed").booleanValue()).isFalse();
            assertThat(busy.state("signOnPolicies")).hasSize(2);
            busy.authorised();
        }
    }

    @Test
    void policiesWithoutActionsCanBeAssignedIfConfigured() {
        try (Sandbox sandbox = Sandbox.start(
                Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.assign-policy-without-actions", true))) {
            Caller lax = new Caller(sandbox.uri()).authorised();
            String application = lax.post("/applications", Caller.application("a", "")).expect(201).id();
            String policy = lax.post("/signOnPolicies", Caller.policy("Empty")).expect(201).id();
            lax.post("/applications/" + application + "/signOnPolicyAssignments", Caller.assignment(policy, 1)).expect(201);
        }
    }

    @Test
    void theControlAnswersLoopbackOnly() throws Exception {
        InetAddress outside = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findAny().orElse(null);
        Assumptions.assumeTrue(outside != null, "this machine has no address but loopback");
        try (Sandbox sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.address", "0.0.0.0"))) {
            Caller remote = new Caller(URI.create("http://" + outside.getHostAddress() + ":" + sandbox.port())).authorised();
            remote.get("/resources").expect(200);
            for (String what : List.of("state", "ledger", "faults")) {
                remote.control("GET", what, null).expect(403);
            }
            remote.control("POST", "reset", null).expect(403);
            new Caller(sandbox.uri()).control("GET", "state", null).expect(200);
        }
    }
}
