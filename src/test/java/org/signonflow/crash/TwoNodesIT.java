package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.crash.Stage.Times;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Two engines on one PostgreSQL, one of which is killed in the middle of many flows: the other one ends them all. */
@EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
class TwoNodesIT {

    private static final int FLOWS = 100;
    /** About a third of what they create in all. */
    private static final int CHANGES_BEFORE = 150;
    private static final String KILLED = "node-1";
    private static final String OTHER = "node-2";
    /** Tells which engine ran a job. */
    private static final String JOB_LOG = "--camunda.bpm.history-level=full";

    @Test
    void oneTakesOverFromTheOther() throws IOException {
        // The lock is longer than the four calls of the longest job.
        Times times = new Times(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(10), 8, Duration.ofSeconds(2));
        try (Stage stage = new Stage(times, Database::postgres)) {
            Engine first = stage.startEngine(KILLED, JOB_LOG);
            Engine second = stage.startEngine(OTHER, JOB_LOG);
            Crowd crowd = new Crowd(stage);
            crowd.start(FLOWS, List.of(first, second));
            crowd.awaitChanges(second, CHANGES_BEFORE);
            first.kill();
            long killed = System.nanoTime();
            int before = crowd.ended(second);
            crowd.awaitEnd(second, Duration.ofMinutes(5));
            Duration after = Duration.ofNanos(System.nanoTime() - killed);
            Map<String, List<String>> violations = crowd.violations(second);
            int takenOver = 0;
            for (String instance : crowd.ids()) {
                List<String> hosts = second.hosts(instance);
                takenOver += hosts.contains(KILLED) && hosts.get(hosts.size() - 1).equals(OTHER) ? 1 : 0;
            }
            Table table = new Table("Two engines on one PostgreSQL, one killed in the middle of flows: the other one ends what the killed "
                + "one had begun. Locks last %d s.".formatted(times.lock().toSeconds()),
                "flows", "ended before", "ended after", "taken over", "s until the last", "incidents", "violations of I1 to I5");
            table.row(FLOWS, before, crowd.ended(second) - before, takenOver, after.toSeconds(), second.incidents().size(),
                violations.size());
            table.print();
            assertThat(violations).isEmpty();
            assertThat(before).isLessThan(FLOWS / 2);
            assertThat(takenOver).isPositive();
        }
    }
}
