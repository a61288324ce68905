package org.signonflow.bench;

import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A sandbox with the latency that is asked for, and engines, each in its own process and run as users run it. */
final class Bench implements AutoCloseable {

    /**
     * The defaults of Camunda's starter: its JobExecutionProperty, EventingProperty, MetricsProperty and
     * CamundaBpmProperties. Users, passwords and database connections stay ours; ten connections would not suffice for ten jobs and a
     * journal.
     */
    static final String[] STARTER = {
        "--camunda.bpm.job-execution.core-pool-size=3",
        "--camunda.bpm.job-execution.max-pool-size=10",
        "--camunda.bpm.job-execution.queue-capacity=3",
        "--camunda.bpm.job-execution.max-jobs-per-acquisition=3",
        "--camunda.bpm.job-execution.wait-time-in-millis=5000",
        "--camunda.bpm.job-execution.max-wait=60000",
        "--camunda.bpm.job-execution.backoff-time-in-millis=0",
        "--camunda.bpm.job-execution.max-backoff=0",
        "--camunda.bpm.job-execution.lock-time-in-millis=300000",
        "--camunda.bpm.eventing.execution=true",
        "--camunda.bpm.eventing.history=true",
        "--camunda.bpm.eventing.task=true",
        "--camunda.bpm.metrics.enabled=true",
        "--camunda.bpm.metrics.db-reporter-activate=true",
        "--camunda.bpm.history-level=full",
        "--camunda.bpm.generic-properties.properties.history-cleanup-strategy=removalTimeBased",
        "--camunda.bpm.generic-properties.properties.history-removal-time-strategy=end",
        "--camunda.bpm.generic-properties.properties.cmmn-enabled=true",
        "--camunda.bpm.job-executor-acquire-by-priority=false"};

    /** More than PingOne allows. */
    private static final String MANY = "20000";

    final Path home;
    final JavaProcess sandbox;
    private final Rest control;
    private final List<JavaProcess> engines = new ArrayList<>();

    Bench(String... sandboxSettings) throws IOException {
        home = Files.createTempDirectory(Files.createDirectories(Path.of("target", "bench").toAbsolutePath()), "run-");
        List<String> settings = new ArrayList<>(List.of(sandboxSettings));
        settings.add("--signonflow.sandbox.most-applications=" + MANY);
        settings.add("--signonflow.sandbox.most-policies=" + MANY);
        sandbox = JavaProcess.sandbox(home, JavaProcess.jar(), settings.toArray(String[]::new));
        control = new Rest(URI.create(sandbox.uri() + "/sandbox"), Rest.ADMIN);
    }

    Node start(String name, Database database, String... settings) throws IOException {
        return start(name, JavaProcess.jar(), database, settings);
    }

    Node start(String name, List<String> jar, Database database, String... settings) throws IOException {
        List<String> all = new ArrayList<>(database.settings());
        all.add("--signonflow.environments.sandbox.api-url=" + sandbox.uri());
        all.add("--signonflow.environments.sandbox.auth-url=" + sandbox.uri());
        all.add("--signonflow.platform-limits.applications=" + MANY);
        all.add("--signonflow.platform-limits.policies=" + MANY);
        all.addAll(Arrays.asList(settings));
        if (all.stream().noneMatch(setting -> setting.startsWith("--signonflow.quota"))) {
            all.add("--signonflow.quota.calls-per-minute=0");
        }
        JavaProcess engine = JavaProcess.engine(Files.createDirectories(home.resolve(name)), name, jar, all);
        engines.add(engine);
        return new Node(engine);
    }

    /** Deletes all objects in the sandbox, and sets the latency of its replies from now on. */
    void fresh(int latencyMillis) throws IOException {
        control.post("/reset", Map.of());
        if (latencyMillis > 0) {
            slow(latencyMillis);
        }
    }

    /** Sets the latency of the sandbox's replies from now on, and leaves its objects. */
    void slow(int latencyMillis) throws IOException {
        control.post("/faults", Map.of("effect", "delay", "delayMillis", latencyMillis, "times", Integer.MAX_VALUE));
    }

    /** Every request that the sandbox received, from its ledger. */
    JsonNode ledger() throws IOException {
        return control.get("/ledger");
    }

    @Override
    public void close() {
        engines.forEach(JavaProcess::close);
        sandbox.close();
    }
}
