package org.signonflow.crash;

import tools.jackson.databind.JsonNode;

import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;
import org.signonflow.pingone.NativeApplication;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Timeouts;
import org.signonflow.pingone.TokenAuthentication;
import org.signonflow.sandbox.Sandbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The environment of flows: a sandbox in its own process, the proxy in front of it, a database, and engines that come and go. */
final class Stage implements AutoCloseable {

    /**
     * One for each passwordless flow: if two assign to the same application, the approvers of one are asked again once the other has done
     * so.
     */
    private static final int EXISTING_APPLICATIONS = 64;

    private final Times times;
    final Path home;
    final Database database;
    private final JavaProcess sandbox;
    final Proxy proxy;
    final Rest control;
    /** What was in PingOne before any flow. */
    JsonNode before;
    private final Deque<String> existingApplications = new ArrayDeque<>();
    private final List<JavaProcess> engines = new ArrayList<>();

    /**
     * All of the engine's time settings. A lock held by a dead engine has to expire, so it should be short; but a call must end within it,
     * and whatever is held must be held within the duration of a call.
     *
     * @param threads    the jobs that can be held at once
     * @param firstRetry after how long a failed job is retried
     */
    record Times(Duration call, Duration settleAfter, Duration lock, int threads, Duration firstRetry) {

        List<String> settings() {
            return List.of("--signonflow.http.read-timeout=" + call, "--signonflow.http.call-timeout=" + call,
                "--signonflow.settle-after=" + settleAfter,
                // A killed engine leaves no call in progress.
                "--signonflow.longest-call=1s",
                "--signonflow.undo.urgent=true",
                "--signonflow.quota.calls-per-minute=0",
                "--camunda.bpm.job-execution.lock-time-in-millis=" + lock.toMillis(),
                "--camunda.bpm.generic-properties.properties.failed-job-retry-time-cycle=" + firstRetry + ",PT5S,PT15S,PT1M,PT5M,PT15M",
                "--camunda.bpm.job-execution.core-pool-size=" + threads, "--camunda.bpm.job-execution.max-pool-size=" + threads,
                "--spring.datasource.hikari.maximum-pool-size=" + (threads + 40));
        }
    }

    /** Creates the database in a given directory. */
    interface DatabaseAt {
        Database in(Path home) throws IOException;
    }

    Stage(Times times, DatabaseAt database) throws IOException {
        this.times = times;
        home = Files.createTempDirectory(Files.createDirectories(Path.of("target", "crash").toAbsolutePath()), "run-");
        Files.createDirectories(holds());
        this.database = database.in(home);
        sandbox = JavaProcess.sandbox(home, QuickStart.java());
        proxy = new Proxy(sandbox.uri());
        control = new Rest(URI.create(sandbox.uri() + "/sandbox"), Rest.ADMIN);
        createApplications();
    }

    /** Creates the applications that exist before any flow. */
    private void createApplications() throws IOException {
        PingOneClient stranger = new PingOneClient(new PingOneHttp(Timeouts.DEFAULT), new PingOneEnvironment("tests", sandbox.uri(),
            sandbox.uri(), Sandbox.ENVIRONMENT_ID, null, Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET, TokenAuthentication.BASIC));
        existingApplications.clear();
        for (int i = 0; i < EXISTING_APPLICATIONS; i++) {
            existingApplications.add(stranger.createApplication(
                new NativeApplication("Existing application " + i, null, List.of(), null, null, null)).id());
        }
        before = control.get("/state");
    }

    /** An application that exists before any flow. */
    String existingApplication() {
        return existingApplications.remove();
    }

    /** Starts an engine and returns once it responds. */
    Engine startEngine(String name, String... more) throws IOException {
        List<String> settings = new ArrayList<>(times.settings());
        settings.addAll(List.of(more));
        settings.addAll(database.settings());
        settings.add("--signonflow.environments.sandbox.api-url=" + proxy.uri());
        settings.add("--signonflow.environments.sandbox.auth-url=" + proxy.uri());
        settings.add("--camunda.bpm.generic-properties.properties.hostname=" + name);
        settings.add("--crash.holds=" + holds());
        JavaProcess process = JavaProcess.engine(home, name, QuickStart.java(), settings);
        engines.add(process);
        return new Engine(process);
    }

    /** Resets PingOne to its state before any flow. */
    void reset() throws IOException {
        control.post("/reset", Map.of());
        createApplications();
    }

    Times times() {
        return times;
    }

    Path holds() {
        return home.resolve("holds");
    }

    @Override
    public void close() {
        engines.forEach(JavaProcess::close);
        proxy.close();
        sandbox.close();
        database.close();
    }
}
