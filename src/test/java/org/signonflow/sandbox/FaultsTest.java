package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every kind of fault, and that the ledger records it truthfully. */
class FaultsTest extends SandboxTest {

    private static final String POLICIES = "'method':'POST','path':'/signOnPolicies'";

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void status(String when, boolean committed) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'status','status':503,'headers':{'Retry-After':'1'}}").expect(201);
        Caller.Answer answer = create("p");
        answer.refused(503, "UNEXPECTED_ERROR", null, null);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertEntry(503, committed, true, "status 503 " + when);
        assertThat(exists("p")).isEqualTo(committed);
        create(committed ? "q" : "p").expect(201);
    }

    @ParameterizedTest
    @CsvSource({"400, INVALID_DATA", "401, ACCESS_FAILED", "403, ACCESS_FAILED", "404, NOT_FOUND", "408, REQUEST_FAILED", "409, CONFLICT",
        "429, REQUEST_LIMITED", "500, UNEXPECTED_ERROR", "302, REQUEST_FAILED"})
    void usualCodesOfAStatus(int status, String code) {
        caller.fault("{'effect':'status','status':" + status + "}").expect(201);
        create("p").refused(status, code, null, null);
        caller.fault("{'effect':'status','status':" + status + ",'code':'MY_OWN'}").expect(201);
        create("p").refused(status, "MY_OWN", null, null);
    }

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void drop(String when, boolean committed) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'drop'}").expect(201);
        assertThatThrownBy(() -> create("p")).isInstanceOf(UncheckedIOException.class);
        assertEntry(null, committed, false, "drop " + when);
        assertThat(exists("p")).isEqualTo(committed);
    }

    @Test
    void dropSendsNotOneByte() throws IOException {
        caller.fault("{'effect':'drop'}").expect(201);
        assertThat(rawGet()).isEmpty();
    }

    @Test
    void cutSendsTheHeadAndHalfTheBody() throws IOException {
        caller.fault("{'effect':'cut'}").expect(201);
        String reply = new String(rawGet(), StandardCharsets.UTF_8);
        assertThat(reply).startsWith("HTTP/1.1 200");
        String body = reply.substring(reply.indexOf("\r\n\r\n") + 4);
        int announced = Integer.parseInt(reply.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        assertThat(body.length()).isEqualTo(announced / 2);
    }

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void cut(String when, boolean committed) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'cut'}").expect(201);
        assertThatThrownBy(() -> create("p")).isInstanceOf(UncheckedIOException.class);
        assertEntry(201, committed, false, "cut " + when);
        assertThat(exists("p")).isEqualTo(committed);
    }

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void garble(String when, boolean committed) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'garble'}").expect(201);
        assertThat(create("p").expect(201).body().isString()).as("no JSON").isTrue();
        assertEntry(201, committed, true, "garble " + when);
        assertThat(exists("p")).isEqualTo(committed);
    }

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void empty(String when, boolean committed) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'empty'}").expect(201);
        assertThat(create("p").expect(201).body()).isNull();
        assertEntry(201, committed, true, "empty " + when);
        assertThat(exists("p")).isEqualTo(committed);
    }

    @ParameterizedTest
    @CsvSource({"cut, before", "cut, after", "garble, before", "garble, after", "empty, before", "empty, after"})
    void noCorruptedReplyConfirmsADeletion(String effect, String when) {
        String policy = "/signOnPolicies/" + create("p").expect(201).id();
        caller.fault("{'method':'DELETE','when':'" + when + "','effect':'" + effect + "'}").expect(201);
        if (effect.equals("cut")) {
            assertThatThrownBy(() -> caller.delete(policy)).isInstanceOf(UncheckedIOException.class);
        } else {
            caller.delete(policy).expect(200);
        }
        assertEntry(200, when.equals("after"), !effect.equals("cut"), effect + " " + when);
        assertThat(exists("p")).isEqualTo(when.equals("before"));
    }

    @Test
    void aCorruptedReplyFollowsTheChangeByDefault() {
        for (String effect : List.of("cut", "garble", "empty")) {
            assertThat(caller.fault("{'effect':'" + effect + "'}").expect(201).at("/when").stringValue()).isEqualTo("after");
        }
        for (String effect : List.of("status", "delay", "drop", "revoke-token")) {
            assertThat(caller.fault("{'effect':'" + effect + "'}").expect(201).at("/when").stringValue()).isEqualTo("before");
        }
    }

    @Test
    void revokedTokenBefore() {
        caller.fault("{" + POLICIES + ",'effect':'revoke-token'}").expect(201);
        create("p").refused(401, "ACCESS_FAILED", "INVALID_TOKEN", "Authentication Credentials");
        assertEntry(401, false, true, "revoke-token before");
        create("p").expect(401);
        caller.authorised();
        create("p").expect(201);
    }

    @Test
    void revokedTokenAfter() {
        caller.fault("{" + POLICIES + ",'when':'after','effect':'revoke-token'}").expect(201);
        create("p").expect(201);
        assertEntry(201, true, true, "revoke-token after");
        create("q").expect(401);
    }

    @ParameterizedTest
    @CsvSource({"before, false", "after, true"})
    void delay(String when, boolean committedMeanwhile) {
        caller.fault("{" + POLICIES + ",'when':'" + when + "','effect':'delay','delayMillis':2000}").expect(201);
        long start = System.nanoTime();
        CompletableFuture<Caller.Answer> slow = CompletableFuture.supplyAsync(() -> create("p"));
        await().until(() -> "delay".equals(caller.lastEntry().path("fault").asString("").replaceAll(" .*", ""))
                && caller.lastEntry().get("committed").booleanValue() == committedMeanwhile);
        JsonNode entry = caller.lastEntry();
        assertThat(entry.get("status").isNull()).as("the entry exists before the reply").isTrue();
        assertThat(entry.get("replied").booleanValue()).isFalse();
        assertThat(exists("p")).as("and nobody else has to wait").isEqualTo(committedMeanwhile);
        assertThat(slow).isNotDone();
        slow.join().expect(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(2000));
        assertThat(exists("p")).isTrue();
    }

    @Test
    void aClientThatDisconnectsMidCallIsInTheLedger() throws IOException {
        caller.fault("{" + POLICIES + ",'when':'after','effect':'delay','delayMillis':300}").expect(201);
        try (Socket socket = new Socket(caller.base.getHost(), caller.base.getPort())) {
            String body = Caller.policy("p");
            socket.getOutputStream().write(("POST /v1/environments/" + Caller.ENVIRONMENT
                    + "/signOnPolicies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + caller.token + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            await().until(() -> exists("p"));
        }
        assertThat(caller.ledger()).filteredOn(entry -> entry.get("committed").booleanValue()).singleElement()
                .satisfies(entry -> assertThat(entry.get("request").get("name").stringValue()).isEqualTo("p"));
    }

    @Test
    void skipAndTimes() {
        caller.fault("{" + POLICIES + ",'effect':'status','status':500,'skip':1,'times':2}").expect(201);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            statuses.add(create("p" + i).status());
            caller.get("/signOnPolicies").expect(200);
        }
        assertThat(statuses).containsExactly(201, 500, 500, 201, 201);
        JsonNode listed = caller.control("GET", "faults", null).expect(200).body();
        assertThat(listed).singleElement().satisfies(fault -> {
            assertThat(fault.get("struck").intValue()).isEqualTo(2);
            assertThat(fault.get("effect").stringValue()).isEqualTo("status");
            assertThat(fault.get("id").isNumber()).isTrue();
        });
    }

    @Test
    void timesIsOneByDefault() {
        caller.fault("{'effect':'status'}").expect(201);
        caller.get("/resources").expect(503);
        caller.get("/resources").expect(200);
    }

    @Test
    void probabilityIsRepeatableWithASeedAndTimesCountsStrikes() {
        Set<String> runs = new TreeSet<>();
        for (int run = 0; run < 2; run++) {
            caller.control("POST", "reset", null).expect(204);
            caller.fault("{'method':'GET','effect':'status','status':500,'probability':0.5,'seed':7,'times':5}").expect(201);
            StringBuilder statuses = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                statuses.append(caller.get("/resources").status() == 500 ? 'x' : '.');
            }
            assertThat(statuses.toString().replace(".", "")).isEqualTo("xxxxx");
            assertThat(statuses.indexOf(".")).as("not just the first five").isLessThan(statuses.lastIndexOf("x"));
            runs.add(statuses.toString());
        }
        assertThat(runs).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/applications/*/grants, /applications/00000000-0000-4000-8000-000000000000/grants, true",
        "/applications/*/grants, /applications/x/y/grants, false",
        "/applications/*/grants, /applications, false",
        "/applications/**, /applications/x/grants, true",
        "applications, /applications?limit=1, true",
        "/**, /applications/x, true",
        "/, '', true",
        "/applications, /resources, false",
    })
    void paths(String pattern, String path, boolean struck) {
        caller.fault("{'path':'" + pattern + "','effect':'status','status':418}").expect(201);
        assertThat(caller.get(path).status() == 418).isEqualTo(struck);
    }

    @Test
    void theTokenEndpointCanFailAsWell() {
        caller.fault("{'path':'/as/token','effect':'status','status':503}").expect(201);
        caller.get("/resources").expect(200);
        caller.token("grant_type=client_credentials", "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01:sandbox-worker-secret").expect(503);
        assertEntry(503, false, true, "status 503 before");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "'drop'", "no json", "{'effect':'explode'}", "{'effect':'drop','when':'never'}",
        "{'effect':'drop','times':0}",
        "{'effect':'drop','times':'1'}", "{'effect':'drop','skip':-1}", "{'effect':'drop','probability':0}",
        "{'effect':'drop','probability':1.1}",
        "{'effect':'drop','seed':1.5}", "{'effect':'status','status':42}", "{'effect':'status','headers':[]}",
        "{'effect':'status','headers':{'a':{}}}",
        "{'effect':'delay','delayMillis':-1}", "{'effect':'drop','path':7}", "{'effect':'drop','method':''}",
        "{'effect':'drop','tmies':1}"})
    void invalidFaultsAreRefusedWithASentence(String fault) {
        Caller.Answer answer = caller.fault(fault).expect(400);
        assertThat(answer.at("/message").stringValue()).endsWith(".").contains(" ");
        assertThat(caller.control("GET", "faults", null).body()).isEmpty();
    }

    @Test
    void faultsCanBeRemoved() {
        int id = caller.fault("{'effect':'drop','times':9}").expect(201).at("/id").intValue();
        caller.fault("{'effect':'status','times':9}").expect(201);
        caller.control("DELETE", "faults/" + id, null).expect(204);
        caller.control("DELETE", "faults/" + id, null).expect(404);
        caller.get("/resources").expect(503);
        caller.control("DELETE", "faults", null).expect(204);
        caller.get("/resources").expect(200);
        assertThat(caller.control("GET", "faults", null).body()).isEmpty();
    }

    @Test
    void theLedger() {
        caller.control("POST", "reset", null);
        Caller.Answer made = caller.api("POST", "/applications?x=1&access_token=t0k", Caller.application("a", "'clientSecret':'t0psecret'"),
                "X-Ping-External-Transaction-ID", "instance-1");
        caller.post("/applications", "{\"clientSecret\":\"t0psecret\", broken").expect(400);
        caller.get("/applications").expect(200);
        caller.delete("/applications/" + made.id()).expect(204);
        caller.delete("/applications/" + made.id()).expect(404);
        caller.token("grant_type=client_credentials&client_id=x&client_secret=t0psecret", null).expect(401);

        List<JsonNode> ledger = caller.ledger();
        assertThat(ledger).extracting(entry -> entry.get("method").stringValue() + " " + entry.get("status") + " " + entry.get("committed"))
                .containsExactly("POST 201 true", "POST 400 false", "GET 200 false", "DELETE 204 true", "DELETE 404 false",
                        "POST 401 false");
        assertThat(ledger).allSatisfy(entry -> {
            assertThat(entry.properties()).extracting(member -> member.getKey())
                    .containsExactly("at", "method", "path", "request", "status",
                    "committed", "replied", "externalTransactionId", "correlationId", "fault");
            assertThat(entry.get("replied").booleanValue()).isTrue();
            assertThat(entry.get("fault").isNull()).isTrue();
        });
        JsonNode first = ledger.get(0);
        assertThat(first.get("path").stringValue())
                .isEqualTo("/v1/environments/" + Caller.ENVIRONMENT + "/applications?x=1&access_token=***");
        assertThat(first.at("/request/name").stringValue()).isEqualTo("a");
        assertThat(first.get("externalTransactionId").stringValue()).isEqualTo("instance-1");
        assertThat(first.get("correlationId").stringValue()).isEqualTo(made.header("Correlation-Id"));
        assertThat(ledger.get(1).get("request").isString()).isTrue();
        assertThat(ledger.get(2).get("request").isNull()).isTrue();
        assertThat(ledger.get(5).get("request").stringValue()).isEqualTo("grant_type=client_credentials&client_id=x&client_secret=***");
        assertThat(ledger.toString()).doesNotContain("t0psecret", "t0k", caller.token);

        assertThat(caller.control("GET", "ledger?externalTransactionId=instance-1", null).body()).containsExactly(first);
    }

    @Test
    void resetMakesEverythingFresh() {
        JsonNode fresh = caller.control("GET", "state", null).expect(200).body();
        create("p").expect(201);
        caller.delete("/signOnPolicies/" + caller.idByName("/signOnPolicies", "Multi_Factor")).expect(204);
        caller.fault("{'effect':'drop'}").expect(201);
        caller.control("POST", "reset", null).expect(204);
        assertThat(caller.control("GET", "state", null).body()).isEqualTo(fresh);
        assertThat(caller.ledger()).isEmpty();
        caller.get("/resources").expect(200);
    }

    @Test
    void theControlNamesItsPathsAndCollections() {
        assertThat(caller.control("GET", "nothing", null).expect(404).at("/message").stringValue())
                .contains("state", "ledger", "reset", "faults");
        caller.control("PUT", "faults", "{}").expect(404);
        assertThat(caller.control("GET", "state", null).body().properties()).extracting(member -> member.getKey())
                .containsExactly("applications",
                "resources", "scopes", "grants", "signOnPolicies", "actions", "signOnPolicyAssignments", "deviceAuthenticationPolicies",
                "populations", "groups", "identityProviders", "agreements", "languages", "images");
    }

    @Test
    void concurrentCallsLoseNothing() {
        List<CompletableFuture<Caller.Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String name = "p" + i % 30;
            calls.add(CompletableFuture.supplyAsync(() -> create(name)));
        }
        assertThat(calls.stream().map(call -> call.join().status()).filter(status -> status == 201)).hasSize(30);
        assertThat(caller.state("signOnPolicies")).hasSize(32);
        assertThat(caller.ledger()).filteredOn(entry -> entry.get("committed").booleanValue()).hasSize(30);
    }

    private static Caller.Answer create(String name) {
        return caller.post("/signOnPolicies", Caller.policy(name));
    }

    private static boolean exists(String name) {
        for (JsonNode policy : caller.state("signOnPolicies")) {
            if (policy.get("name").stringValue().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static void assertEntry(Integer status, boolean committed, boolean replied, String fault) {
        JsonNode entry = caller.lastEntry();
        assertThat(entry.get("status").isNull() ? null : entry.get("status").intValue()).isEqualTo(status);
        assertThat(entry.get("committed").booleanValue()).isEqualTo(committed);
        assertThat(entry.get("replied").booleanValue()).isEqualTo(replied);
        assertThat(entry.get("fault").stringValue()).isEqualTo(fault);
    }

    private static byte[] rawGet() throws IOException {
        try (Socket socket = new Socket(caller.base.getHost(), caller.base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /v1/environments/" + Caller.ENVIRONMENT
                    + "/resources HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + caller.token + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return socket.getInputStream().readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/aplications/*/grants", "/applications/*/grants/", "/v1/environments/*/applications", "/applications/*/*/*/*",
        "/signOnPolicies/**/grants", "//applications", "/*/secret", "/applications/banking"})
    void aPathThatMatchesNothingIsReported(String path) {
        Caller.Answer answer = caller.fault("{'path':'" + path + "','effect':'drop'}");
        answer.expect(201);
        assertThat(answer.body().path("note").asString()).isEqualTo("No path of the sandbox matches '" + path + "', so this fault "
                + "never strikes. A path is what follows /v1/environments/{envID}, such as /applications/*/grants; * matches one "
                + "segment, ** any number.");
    }

    @Test
    void soIsAMethodThatNoPathHas() {
        assertThat(caller.fault("{'method':'PATCH','path':'/applications/*','effect':'drop'}").body().path("note").asString()).isEqualTo(
                "The matching paths do not support the method PATCH, so this fault never strikes; they support DELETE, GET, PUT.");
        assertThat(caller.fault("{'method':'POTS','effect':'drop'}").body().path("note").asString()).contains("the method POTS");
    }

    @ParameterizedTest
    @CsvSource({"POST, /applications/*/grants", "post, applications", "GET, /", "POST, /as/token", "POST, /**", "DELETE, /**/*",
        "PUT, /applications/7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01/grants/*", "GET, /*/*/secret", "GET, /deviceAuthenticationPolicies", "GET, /**/secret",
        "POST, /**/signOnPolicyAssignments/**", "DELETE, /signOnPolicies/**/actions/*"})
    void aFaultThatCanStrikeHasNoNote(String method, String path) {
        Caller.Answer answer = caller.fault("{'method':'" + method + "','path':'" + path + "','effect':'drop'}");
        answer.expect(201);
        assertThat(answer.body().has("note")).as(answer.toString()).isFalse();
    }
}
