package org.signonflow.security;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.harness.Wire;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.setup.Roles;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** How much of the shared resources one request, one address, one person and one environment may use. */
@Timeout(180)
class LimitsTest extends RunningApp {

    private static final String HERE = "127.0.0.1";
    private static final String LOGIN = "/camunda/api/admin/auth/user/default/login/tasklist";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String MFA = "/engine-rest/process-definition/key/configure-mfa-sign-on/start";
    private static final String ROLL_OUT = "/engine-rest/process-definition/key/roll-out-sign-on/start";
    private static final String START = """
        {"variables": {"applicationName": {"value": "%1$s"}, "policyName": {"value": "%1$s"}}}""";
    private static final int MANY = 300 << 20;

    private final List<Wire> wires = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        ClockUtil.reset();
    }

    private Wire wire() throws IOException {
        Wire wire = new Wire(HERE, port);
        wires.add(wire);
        return wire;
    }

    private static String length(long length) {
        return "Content-Length: " + length + "\r\n";
    }

    // A request

    @ParameterizedTest
    @CsvSource({"POST, /engine-rest/task, requester", "POST, /engine-rest/task, ''", "POST, " + LOGIN + ", ''", "POST, " + MFA + ", requester",
        "GET, /engine-rest/task, admin", "PUT, /engine-rest/filter/x, requester", "DELETE, /api/roll-outs/x, admin", "POST, /nowhere, ''",
        "POST, /engine-rest/process-definition/key/roll-out-sign-on/../configure-mfa-sign-on/start, requester"})
    void isRefusedByItsLengthBeforeItIsSent(String method, String path, String user) throws IOException {
        Wire large = wire().head(method, path, Wire.authorization(user.isEmpty() ? null : user) + JSON + length(MANY));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.rest()).contains("\"message\":\"The request is too large: the limit here is 64 KiB.\"").contains("Connection: close");
        Wire endless = wire().head(method, path, JSON + "Transfer-Encoding: chunked\r\n");
        endless.send("11000\r\n").send("x".repeat(0x11000));
        assertThat(endless.status()).isEqualTo(413);
    }

    @Test
    void isAbortedIfItArrivesTooSlowly() throws Exception {
        Wire slow = wire().head("POST", LOGIN, FORM + length(100));
        Thread drip = new Thread(() -> {
            try {
                for (int i = 0; i < 60; i++) {
                    slow.send("x");
                    Thread.sleep(500);
                }
            } catch (IOException | InterruptedException over) {
                // The server has closed the connection.
            }
        });
        drip.start();
        assertThat(slow.status()).isEqualTo(408);
        assertThat(slow.rest()).contains("The request did not arrive within 10 seconds.");
        drip.join();
    }

    @Test
    void slowRequestsDoNotBlockOthers() throws Exception {
        Callable<Integer> another = () -> rest("approver").call("GET", "/engine-rest/task/count", null).status()
            + rest("approver").call("POST", "/engine-rest/task/count", "{}").status();
        another.call();
        for (int i = 0; i < 210; i++) {
            wire().head("POST", LOGIN, FORM + length(100)).send("u");
        }
        long begun = System.nanoTime();
        assertThat(another.call()).as("from the same address").isEqualTo(400);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        int refused = 0;
        for (Wire wire : wires.subList(0, 150)) {
            refused += wire.status() == 429 ? 1 : 0;
        }
        assertThat(refused).as("those that had waited longest").isEqualTo(150);
        assertThat(Caller.web(port, "operator").call("GET", Caller.WEB + "/process-definition", null).status()).isEqualTo(200);
    }

    @Test
    void oneAddressMayHoldOnlySoManyConnections() throws Exception {
        for (int i = 0; i < 450; i++) {
            wire();
        }
        Wire last = wires.get(wires.size() - 1);
        int status;
        try {
            status = last.head("GET", "/actuator/health", "").status();
        } catch (IOException hungUp) {
            status = -1;
        }
        assertThat(status).as("one too many").isEqualTo(-1);
        Wire other = new Wire("127.0.0.9", port);
        wires.add(other);
        assertThat(other.head("GET", "/actuator/health", "").status()).as("from another address").isEqualTo(200);
    }

    @Test
    void isReadCompletelyAndSoIsTheNextOnTheSameConnection() throws IOException {
        String first = START.formatted("First");
        String second = START.formatted("Second");
        Wire wire = wire().head("POST", MFA, Wire.authorization("requester") + JSON + length(first.length()));
        wire.send(first.substring(0, 20));
        wire.send(first.substring(20) + "POST %s HTTP/1.1\r\nHost: x\r\n%s%sTransfer-Encoding: chunked\r\n\r\n".formatted(MFA,
            Wire.authorization("requester"), JSON));
        wire.send("5\r\n").send(second.substring(0, 5)).send("\r\n").send(Integer.toHexString(second.length() - 5) + "\r\n"
            + second.substring(5) + "\r\n0\r\n\r\n");
        wire.send("GET /actuator/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(wire.rest().split("HTTP/1.1 200", -1)).hasSize(4);
        assertThat(runtime.createProcessInstanceQuery().variableValueEquals("policyName", "Second").count()).isEqualTo(1);
    }

    @Test
    void isRequestedIfTheClientWaitsForThat() throws IOException {
        String start = START.formatted("Patient");
        Wire wire = wire().head("POST", MFA, Wire.authorization("requester") + JSON + "Expect: 100-continue\r\n" + length(start.length()));
        assertThat(wire.status()).isEqualTo(100);
        assertThat(wire.send(start).status()).as("line end").isEqualTo(-1);
        assertThat(wire.status()).isEqualTo(200);
        assertThat(wire().head("POST", MFA, "Expect: 100-continue\r\n" + length(MANY)).status()).isEqualTo(413);
    }

    // An upload

    @ParameterizedTest
    @CsvSource({"'', /api/roll-outs, 401", "operator, /api/roll-outs, 403", "approver, /api/roll-outs, 403", "'', " + ROLL_OUT + ", 401",
        "operator, " + ROLL_OUT + ", 403", "approver, /engine-rest/engine/default/process-definition/key/roll-out-sign-on/submit-form, 403",
        "admin, /engine-rest/deployment/create, 403", "requester, " + ROLL_OUT + ", 413"})
    void isNotReadFromUnauthorisedSenders(String user, String path, int status) throws IOException {
        long length = status == 413 ? (12 << 20) + 1 : 12 << 20;
        Wire wire = wire().head("POST", path, Wire.authorization(user.isEmpty() ? null : user) + JSON + length(length));
        assertThat(wire.status()).as("with nothing sent").isEqualTo(status);
    }

    @Test
    void onePersonMaySendOneAtATime() throws Exception {
        user("other", Roles.REQUESTERS);
        Wire first = wire().head("POST", ROLL_OUT, Wire.authorization("requester") + JSON + length(1 << 20)).send("{");
        Thread.sleep(500);
        Wire second = wire().head("POST", "/api/roll-outs", Wire.authorization("requester") + "Content-Type: multipart/form-data; boundary=x\r\n"
            + length(1 << 20));
        assertThat(second.status()).isEqualTo(429);
        assertThat(second.rest()).contains("Another upload of yours is in progress; send one at a time.");
        Wire others = wire().head("POST", ROLL_OUT, Wire.authorization("other") + JSON + length(1 << 20)).send(" ".repeat(1 << 20));
        assertThat(others.status()).isEqualTo(400);
        first.send(" ".repeat((1 << 20) - 1));
        assertThat(first.status()).as("no JSON").isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{\"a\":1}", "1"})
    void mustNotBeALargeTree(String member) {
        String body = "{\"variables\": {\"list\": {\"value\": [" + (member + ",").repeat(300_000) + "0]}}}";
        Answer answer = rest("requester").call("POST", ROLL_OUT, body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("message").asString()).isEqualTo("The body has too many members.");
    }

    // A person, and an environment

    @ParameterizedTest
    @ValueSource(strings = {Caller.REST, Caller.WEB})
    void unfinishedFlowsPerPersonAreLimited(String api) {
        String user = api.equals(Caller.REST) ? "busy" : "busyweb";
        user(user, Roles.REQUESTERS);
        Caller busy = api.equals(Caller.REST) ? rest(user) : Caller.web(port, user);
        List<String> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            open.add(start(user, "App " + i, "Busy_" + i));
        }
        String path = api + "/process-definition/key/configure-mfa-sign-on/start";
        Answer oneMore = busy.call("POST", path, START.formatted("More"));
        assertThat(oneMore.status()).isEqualTo(429);
        assertThat(oneMore.json().get("message").asString()).isEqualTo(user + " has 20 open requests, which is the limit for a "
            + "person. Start this one after others have ended.");
        assertThat(runtime.createProcessInstanceQuery().count()).as("nothing is left of it").isEqualTo(20);
        Answer list = rest(user).send("POST", "/api/roll-outs", """
            --x\r
            Content-Disposition: form-data; name="name"\r
            \r
            Busy\r
            --x\r
            Content-Disposition: form-data; name="list"; filename="a.csv"\r
            \r
            applicationName,policyName
            A,P\r
            --x--\r
            """, "Content-Type", "multipart/form-data; boundary=x");
        assertThat(list.status()).as(list.body()).isEqualTo(429);
        assertThat(list.json().get("message").asString()).startsWith(user + " has 20 open requests");
        assertThat(rest("requester").call("POST", MFA, START.formatted("Others")).status()).as("another person").isEqualTo(200);
        runtime.deleteProcessInstance(open.get(7), "ended, in whatever way");
        assertThat(busy.call("POST", path, START.formatted("Next")).status()).isEqualTo(200);
        assertThat(busy.call("POST", path, START.formatted("More")).status()).isEqualTo(429);
    }

    @Test
    void unfinishedFlowsPerEnvironmentAreLimited() {
        for (int person = 0; person < 4; person++) {
            user("person" + person, Roles.REQUESTERS);
            for (int i = 0; i < 20; i++) {
                start("person" + person, "App", "Of_%d_%d".formatted(person, i));
            }
        }
        Answer oneMore = rest("requester").call("POST", MFA, START.formatted("More"));
        assertThat(oneMore.status()).isEqualTo(429);
        assertThat(oneMore.json().get("message").asString()).startsWith("sandbox has 80 open requests");
    }

    @Test
    void environmentsAreCheckedOnlyOnceInAWhile() throws Exception {
        String path = "/environments/sandbox";
        user("nobody");
        assertThat(rest("nobody").call("GET", path, null).status()).isEqualTo(403);
        assertThat(sandbox("ledger")).as("for a stranger").isEmpty();
        Instant now = Instant.now();
        ClockUtil.setCurrentTime(Date.from(now.plusSeconds(60)));
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            Caller requester = rest("requester");
            List<Future<Answer>> answers = threads.invokeAll(Collections.nCopies(700, () -> requester.call("GET", path, null)));
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().body()).isEqualTo("{\"alias\":\"sandbox\",\"answers\":true,\"says\":\"responds\"}");
            }
        } finally {
            threads.shutdown();
        }
        assertThat(reads()).as("for 700 at once").isEqualTo(1);
        ClockUtil.setCurrentTime(Date.from(now.plusSeconds(76)));
        rest("approver").call("GET", path, null);
        assertThat(reads()).isEqualTo(2);
    }

    private long reads() {
        return sandbox("ledger").findValuesAsString("method").stream().filter("GET"::equals).count();
    }
}
