package org.signonflow;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.signonflow.harness.FreePort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The jar, started as a user would start it, and what the user sees first. */
class SignonflowIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final JsonMapper json = JsonMapper.shared();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();
    private final int port = FreePort.find();
    private final int sandboxPort = FreePort.find();

    @TempDir
    Path directory;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Path start(String name, String... arguments) throws IOException {
        Path log = directory.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
            Path.of("target", "signonflow.jar").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(log.toFile()).start());
        return log;
    }

    private static void awaitLine(Path log, String text) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(log)).contains(text));
    }

    private JsonNode rest(String method, String path, String body) throws Exception {
        return call(method, "http://127.0.0.1:" + port + "/engine-rest" + path, body);
    }

    private JsonNode call(String method, String url, String body) throws Exception {
        return call("approver", method, url, body);
    }

    private JsonNode call(String user, String method, String url, String body) throws Exception {
        HttpResponse<String> reply = http.send(HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json")
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString((user + ":" + user + "-sandbox").getBytes()))
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(reply.statusCode()).as(reply.body()).isLessThan(300);
        return json.readTree(reply.body().isEmpty() ? "null" : reply.body());
    }

    private List<String> outcomes() throws Exception {
        return rest("GET", "/history/variable-instance?variableName=outcome", "").findValuesAsString("value");
    }

    private void approveTheDemosPendingApproval() throws Exception {
        Awaitility.await().atMost(PATIENCE).until(() -> rest("GET", "/task", "").size() == 1 && outcomes().equals(List.of("COMPLETED")));
        String task = rest("GET", "/task", "").get(0).get("id").asString();
        rest("POST", "/task/" + task + "/complete", """
            {"variables": {"decision": {"value": "approve"}}}""");
        Awaitility.await().atMost(PATIENCE).until(() -> outcomes().equals(List.of("COMPLETED", "COMPLETED")));
        List<String> calls = call("GET", "http://127.0.0.1:" + sandboxPort + "/sandbox/ledger", "").findValuesAsString("method");
        assertThat(calls.stream().filter("POST"::equals)).as("token, five and three").hasSize(9);
    }

    @Test
    void oneCommandStartsEverything() throws Exception {
        Path log = start("all", "--server.port=" + port, "--signonflow.sandbox.port=" + sandboxPort);
        awaitLine(log, "Signonflow is ready.");
        assertThat(Files.readString(log)).contains("The following 1 profile is active: \"sandbox\"", "curl -s");
        approveTheDemosPendingApproval();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).as("nothing but the log").containsExactly(log);
        }
    }

    @Test
    void logLinesNameTheChangeAndCanBeJson() throws Exception {
        Path log = start("json", "--server.port=" + port, "--signonflow.sandbox.port=" + sandboxPort, "--signonflow.demo=false",
            "--logging.structured.format.console=ecs");
        awaitLine(log, "Signonflow is ready.");
        call("POST", "http://127.0.0.1:" + sandboxPort + "/sandbox/faults",
            "{\"path\": \"/signOnPolicies\", \"method\": \"POST\", \"effect\": \"status\", \"status\": 401, \"times\": 2}");
        String api = "http://127.0.0.1:" + port + "/api/changes";
        String change = call("requester", "POST", api, """
            {"flow": "configure-mfa-sign-on", "applicationName": "Shop", "policyName": "Shop_MFA"}""").get("id").asString();
        awaitLine(log, "did not accept the worker's credentials");
        JsonNode line = Files.readAllLines(log).stream().filter(record -> record.startsWith("{")).map(json::readTree)
            .filter(one -> one.toString().contains("did not accept the worker's credentials")).findFirst().orElseThrow();
        assertThat(line.get("instance").asString()).isEqualTo(change);
        assertThat(line.get("change").asString()).isEqualTo(change);
        assertThat(line.get("environment").asString()).isEqualTo("sandbox");
    }

    @Test
    void theSandboxRunsInItsOwnProcess() throws Exception {
        Path sandbox = start("sandbox", "sandbox", "--signonflow.sandbox.port=" + sandboxPort);
        awaitLine(sandbox, "The sandbox listens on");
        assertThat(Files.readAllLines(sandbox).get(0)).contains("SANDBOX");
        Path engine = start("engine", "--server.port=" + port, "--signonflow.sandbox.enabled=false",
            "--signonflow.sandbox.port=" + sandboxPort);
        awaitLine(engine, "Signonflow is ready.");
        assertThat(Files.readString(engine)).doesNotContain("The sandbox listens on");
        approveTheDemosPendingApproval();
    }
}
