package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.harness.Database;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** A timer's check of a thousand changes none of which has been altered: what it costs PingOne, what it reports, and whom it holds up. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class DriftIT {

    private static final int CHANGES = 1_000;
    private static final int LATENCY = 10;
    private static final int FLOWS = 15;
    private static final String QUOTA = "--signonflow.quota.calls-per-minute=";
    private static final Duration LONGEST = Duration.ofMinutes(20);

    @Test
    void aThousandChangesWithNothingChanged() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Database database = postgres.another("engine");
            Node first = bench.start("first", database);
            bench.fresh(0);
            first.rollOut(CHANGES);
            first.process.close();
            JdbcTemplate jdbc = new JdbcTemplate(database.content(bench.home));

            bench.slow(LATENCY);
            Node alone = bench.start("alone", database, QUOTA + 3_000);
            double undisturbed = flows(alone);
            alone.process.close();
            int before = calls(bench);
            Node checking = bench.start("checking", database, QUOTA + 3_000, "--signonflow.drift.check=daily");
            await(() -> checked(jdbc) > 0);
            Instant begun = Instant.now();
            double disturbed = flows(checking);
            boolean stillChecking = checked(jdbc) < CHANGES;
            await(() -> checked(jdbc) >= CHANGES + 2 * FLOWS);
            Duration taken = Duration.between(begun, Instant.now());
            int calls = calls(bench) - before;
            int checked = checked(jdbc);

            List<String> found = jdbc.queryForList("select distinct coalesce(drift, 'FAILED') from signonflow_change where checked_at is "
                + "not null or check_failed_at is not null", String.class);
            Table table = new Table("A check of %,d rows of a roll-out, none altered, and some flows, at %d ms latency and 3,000 calls a minute.\n%s"
                .formatted(CHANGES, LATENCY, Machine.described(postgres)), "", "");
            table.row("reads by the check per 100 changes", "%.1f".formatted(100.0 * calls / checked));
            table.row("reported", found.toString());
            table.row("time, with flows meanwhile", "%d s".formatted(taken.toSeconds()));
            table.row("a flow alone", "%.0f ms".formatted(undisturbed));
            table.row("a flow during the check", "%.0f ms".formatted(disturbed));
            table.print();
            assertThat(found).containsExactly("UNCHANGED");
            assertThat(jdbc.queryForObject("select count(*) from signonflow_drift", Integer.class)).isZero();
            assertThat(stillChecking).as("or the flows say nothing").isTrue();
        }
    }

    private static double flows(Node node) throws IOException {
        List<Double> taken = new ArrayList<>();
        for (int flow = 0; flow < 2 * FLOWS; flow++) {
            taken.add((double) node.oneFlow(Duration.ZERO).toMillis());
        }
        // The first ones warm up.
        return Alternation.median(taken.subList(FLOWS, 2 * FLOWS));
    }

    private static int checked(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select count(*) from signonflow_change where checked_at is not null", Integer.class);
    }

    /** Reads on behalf of no instance. */
    private static int calls(Bench bench) throws IOException {
        return (int) StreamSupport.stream(bench.ledger().spliterator(), false).filter(call -> call.get("method").asString().equals("GET")
            && call.path("externalTransactionId").asString("").isEmpty()).map(JsonNode::toString)
            .filter(call -> call.contains("/applications") || call.contains("/signOnPolicies")).count();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("It takes longer than " + LONGEST);
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }
}
