package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.crash.Stage.Times;
import org.signonflow.harness.Database.Postgres;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** PostgreSQL is down for half a minute in the middle of many flows: all end by themselves. */
@EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
class DatabaseOutageIT {

    private static final int FLOWS = 50;
    /** About a third of what they create in all. */
    private static final int CHANGES_BEFORE = 70;
    private static final Duration OUTAGE = Duration.ofSeconds(30);

    @Test
    void flowsEndByThemselves() throws IOException {
        // The lock is longer than four calls plus the failing waits for a connection in between.
        Times times = new Times(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(30), 8, Duration.ofSeconds(2));
        try (Stage stage = new Stage(times, Database::postgres)) {
            Postgres postgres = (Postgres) stage.database;
            Engine engine = stage.startEngine("engine");
            Crowd crowd = new Crowd(stage);
            crowd.start(FLOWS, List.of(engine));
            crowd.awaitChanges(engine, CHANGES_BEFORE);
            int before = crowd.ended(engine);
            postgres.stop();
            await().pollDelay(OUTAGE).atMost(OUTAGE.plusSeconds(10)).until(() -> true);
            postgres.start();
            long back = System.nanoTime();
            crowd.awaitEnd(engine, Duration.ofMinutes(5));
            Duration after = Duration.ofNanos(System.nanoTime() - back);
            Map<String, List<String>> violations = crowd.violations(engine);
            Table table = new Table("PostgreSQL down for %d s in the middle of flows: all end by themselves.".formatted(OUTAGE.toSeconds()),
                "flows", "ended before", "ended after", "s until the last", "incidents", "violations of I1 to I5");
            table.row(FLOWS, before, crowd.ended(engine) - before, after.toSeconds(), engine.incidents().size(), violations.size());
            table.print();
            assertThat(violations).isEmpty();
            assertThat(before).isLessThan(FLOWS / 2);
        }
    }
}
