package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.crash.Stage.Times;
import org.signonflow.harness.Database;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * PostgreSQL is lost without a connection reset, in the middle of flows: whatever is sent to it is swallowed, and the connections open at
 * that time stay silent for ever. Once it accepts new ones, work resumes within about a minute.
 */
@EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
class SilentDatabaseIT {

    private static final int FLOWS = 20;
    private static final int CHANGES_BEFORE = 25;
    private static final Duration OUTAGE = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofSeconds(75);

    /** A PostgreSQL behind a proxy. */
    private static final class ProxiedPostgres implements Database {
        private final Postgres postgres;
        private final SilentProxy proxy;

        ProxiedPostgres(Path home) throws IOException {
            postgres = Database.postgres(home);
            proxy = new SilentProxy(port(postgres.settings().get(0)));
        }

        private static int port(String url) {
            return Integer.parseInt(url.replaceFirst(".*localhost:(\\d+)/.*", "$1"));
        }

        @Override
        public List<String> settings() {
            return postgres.settings().stream().map(setting -> setting.replaceFirst("localhost:\\d+/", "localhost:" + proxy.port() + "/"))
                .toList();
        }

        @Override
        public DataSource content(Path home) {
            return postgres.content(home);
        }

        @Override
        public void close() {
            proxy.close();
            postgres.close();
        }
    }

    private static long committed(JsonNode ledger) {
        return StreamSupport.stream(ledger.spliterator(), false).filter(entry -> entry.get("committed").booleanValue()).count();
    }

    @Test
    void workResumesWithinAMinute() throws IOException {
        Times times = new Times(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(30), 8, Duration.ofSeconds(2));
        try (Stage stage = new Stage(times, ProxiedPostgres::new)) {
            SilentProxy proxy = ((ProxiedPostgres) stage.database).proxy;
            Engine engine = stage.startEngine("engine");
            Crowd crowd = new Crowd(stage);
            crowd.start(FLOWS, List.of(engine));
            crowd.awaitChanges(engine, CHANGES_BEFORE);
            int before = crowd.ended(engine);
            proxy.swallow();
            await().pollDelay(OUTAGE).atMost(OUTAGE.plusSeconds(10)).until(() -> true);
            proxy.pass();
            long back = System.nanoTime();
            long changes = committed(stage.control.get("/ledger"));
            await().atMost(SOON).pollInterval(Duration.ofMillis(500)).until(() -> committed(stage.control.get("/ledger")) > changes);
            Duration again = Duration.ofNanos(System.nanoTime() - back);
            crowd.awaitEnd(engine, Duration.ofMinutes(5));
            Duration after = Duration.ofNanos(System.nanoTime() - back);
            Map<String, List<String>> violations = crowd.violations(engine);
            Table table = new Table("PostgreSQL silent for %d s in the middle of flows: all end by themselves.".formatted(OUTAGE.toSeconds()),
                "flows", "ended before", "ended after", "s until the next change", "s until the last", "incidents", "violations of I1 to I5");
            table.row(FLOWS, before, crowd.ended(engine) - before, again.toSeconds(), after.toSeconds(), engine.incidents().size(), violations.size());
            table.print();
            assertThat(violations).isEmpty();
            assertThat(engine.incidents()).isEmpty();
            assertThat(before).isLessThan(FLOWS / 2);
        }
    }
}
