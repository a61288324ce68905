package org.signonflow.crash;

import org.awaitility.Awaitility;
import org.signonflow.crash.Stage.DatabaseAt;
import org.signonflow.harness.Database.Postgres;
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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The environment of roll-outs: PingOne environments, each a sandbox that survives the engines, one database, and engines that come and go,
 * with production settings except for what would take long: locks, retries, and the time in which a lost call may still arrive.
 */
final class RollOutStage implements AutoCloseable {

    static final String FIRST = "sandbox";
    static final int LOCK_SECONDS = 25;
    private static final int MOST_OF_A_KIND = 5_000;
    private static final double EACH_TWENTIETH = 0.05;

    /** A PingOne environment. */
    record Environment(URI uri, Runnable end, Rest control, JsonNode before) {

        private static Environment at(URI uri, Runnable end) throws IOException {
            Rest control = new Rest(URI.create(uri + "/sandbox"), Rest.ADMIN);
            return new Environment(uri, end, control, control.get("/state"));
        }

        void fault(Map<String, Object> fault) throws IOException {
            control.post("/faults", fault);
        }

        /** A twentieth of all calls each fails after the change, loses its reply, is told to come back later, or has one more fault. */
        void makeUnreliable(Map<String, Object> oneMore) throws IOException {
            List<Map<String, Object>> faults = List.of(Map.of("effect", "status", "status", 503, "when", "after"),
                Map.of("effect", "drop", "when", "after"),
                Map.of("effect", "status", "status", 429, "headers", Map.of("Retry-After", "1")), oneMore);
            for (Map<String, Object> each : faults) {
                Map<String, Object> fault = new HashMap<>(each);
                fault.putAll(Map.of("probability", EACH_TWENTIETH, "seed", faults.indexOf(each) + 1, "times", Integer.MAX_VALUE));
                fault(fault);
            }
        }

        JsonNode state() throws IOException {
            return control.get("/state");
        }

        JsonNode ledger() throws IOException {
            return control.get("/ledger");
        }
    }

    private final Path home;
    final Database database;
    private final List<JavaProcess> nodes = new ArrayList<>();
    final Map<String, Environment> environments = new LinkedHashMap<>();
    final JdbcClient jdbc;

    RollOutStage() throws IOException, SQLException {
        home = home();
        Postgres postgres = Database.postgres(home);
        database = postgres;
        jdbc = JdbcClient.create(new SingleConnectionDataSource(postgres.connect(), true));
    }

    /** With another database; if that is a file, {@link #jdbc} can be used only while no node runs. */
    RollOutStage(DatabaseAt database) throws IOException {
        home = home();
        this.database = database.in(home);
        jdbc = JdbcClient.create(this.database.content(home));
    }

    private static Path home() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "crash").toAbsolutePath()), "roll-out-");
    }

    /** Must be called before the first node is started. */
    Environment startEnvironment(String alias, String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of("--signonflow.sandbox.most-policies=" + MOST_OF_A_KIND,
            "--signonflow.sandbox.most-applications=" + MOST_OF_A_KIND));
        all.addAll(List.of(settings));
        JavaProcess sandbox = JavaProcess.sandbox(home, QuickStart.java(), all.toArray(String[]::new));
        environments.put(alias, Environment.at(sandbox.uri(), sandbox::close));
        return environments.get(alias);
    }

    /** The same within this process, with applications that exist before the roll-out, by these names. */
    List<String> addEnvironment(String alias, int applications) throws IOException {
        Sandbox sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.most-policies", MOST_OF_A_KIND,
            "signonflow.sandbox.most-applications", MOST_OF_A_KIND));
        PingOneClient stranger = new PingOneClient(new PingOneHttp(Timeouts.DEFAULT), new PingOneEnvironment("tests", sandbox.uri(),
            sandbox.uri(), Sandbox.ENVIRONMENT_ID, null, Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET, TokenAuthentication.BASIC));
        List<String> made = IntStream.range(0, applications).mapToObj(number -> stranger.createApplication(
            new NativeApplication("Existing application " + number, null, List.of(), null, null, null)).id()).toList();
        environments.put(alias, Environment.at(sandbox.uri(), sandbox::close));
        return made;
    }

    Engine startNode(String name) throws IOException {
        return startNode(name, Map.of());
    }

    Engine startNode(String name, Map<String, Object> more) throws IOException {
        return startNode(name, QuickStart.java(), more);
    }

    /** @param java {@code java}'s arguments */
    Engine startNode(String name, List<String> java, Map<String, Object> more) throws IOException {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("signonflow.http.read-timeout", "5s");
        settings.put("signonflow.http.call-timeout", "5s");
        settings.put("signonflow.settle-after", "2s");
        // A killed node leaves no call in progress.
        settings.put("signonflow.longest-call", "1s");
        settings.put("signonflow.quota.calls-per-minute", 0);
        settings.put("signonflow.platform-limits.policies", MOST_OF_A_KIND);
        settings.put("signonflow.platform-limits.applications", MOST_OF_A_KIND);
        settings.put("camunda.bpm.job-execution.lock-time-in-millis", LOCK_SECONDS * 1000);
        settings.put("camunda.bpm.generic-properties.properties.failed-job-retry-time-cycle", "PT1S,PT1S,PT2S,PT2S,PT4S,PT8S");
        if (database.toString().equals("PostgreSQL")) {
            settings.put("spring.datasource.hikari.data-source-properties.ApplicationName", name);
        }
        environments.forEach((alias, environment) -> {
            String prefix = "signonflow.environments." + alias + ".";
            settings.put(prefix + "api-url", environment.uri);
            settings.put(prefix + "auth-url", environment.uri);
            settings.put(prefix + "environment-id", "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6");
            settings.put(prefix + "client-id", "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01");
            settings.put(prefix + "client-secret", "sandbox-worker-secret");
        });
        settings.putAll(more);
        List<String> arguments = new ArrayList<>(database.settings());
        settings.forEach((setting, value) -> arguments.add("--" + setting + "=" + value));
        JavaProcess node = JavaProcess.engine(home, name, java, arguments);
        nodes.add(node);
        return new Engine(node);
    }

    /** The node with the most steps in progress: a step keeps its transaction open during its call. */
    String awaitBusiestNode() {
        return Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> jdbc.sql("""
                select application_name from pg_stat_activity where state = 'idle in transaction'
                group by application_name order by count(*) desc fetch first row only""")
            .query(String.class).optional(), Optional::isPresent).orElseThrow();
    }

    @Override
    public void close() {
        nodes.forEach(JavaProcess::close);
        environments.values().forEach(environment -> environment.end.run());
        database.close();
    }
}
