package org.signonflow.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.bench.Alternation.Measurement;
import org.signonflow.harness.Database;

/** B4: what a row of a roll-out costs, and that the cost does not depend on the length of the list. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class RollOutIT {

    private static final int LATENCY = 50;
    /** Few enough that two processors are not the limit. */
    private static final int THREADS = 4;
    /** Five, and three reads before the assignment. */
    private static final int CALLS_PER_ROW = 8;
    private static final int[] ROWS = {100, 300, 1_000};
    private static final int WARM_UP = 3;
    private static final int WARM_UP_WITHOUT_LATENCY = 12;
    private static final int TURNS = 3;
    private static final int SHORT_TURNS = 7;

    private record Measured(double seconds, double statements) {
    }

    @Test
    void rowsOfListsOfDifferentLengths() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home);
                Connection connection = postgres.connect(); Statement statement = connection.createStatement()) {
            statement.execute("create extension pg_stat_statements");
            Node node = bench.start("engine", postgres.another("engine"),
                "--camunda.bpm.job-execution.core-pool-size=" + THREADS, "--camunda.bpm.job-execution.max-pool-size=" + THREADS);
            for (int turn = 0; turn < WARM_UP; turn++) {
                bench.fresh(LATENCY);
                node.rollOut(ROWS[0]);
            }
            Map<String, Measurement<Measured>> compared = new LinkedHashMap<>();
            for (int rows : ROWS) {
                compared.put(String.valueOf(rows), () -> {
                    bench.fresh(LATENCY);
                    statement.execute("select pg_stat_statements_reset()");
                    Duration taken = node.rollOut(rows);
                    try (ResultSet all = statement.executeQuery("select sum(calls) from pg_stat_statements")) {
                        all.next();
                        return new Measured(taken.toMillis() / 1e3, all.getDouble(1) / rows);
                    }
                });
            }
            Map<String, List<Measured>> taken = Alternation.take(TURNS, compared);
            Table table = new Table(("B4: roll-outs of new applications with their own policies at %d ms latency with %d job threads, from the "
                + "start until all is created and from the approval until all has ended; medians of %d turns. The ideal is that of %d calls a "
                + "row with all threads calling all the time. Target: 1.5 times, and the same for each row.\n%s")
                .formatted(LATENCY, THREADS, TURNS, CALLS_PER_ROW, Machine.described(postgres)), "rows", "time", "ideal", "times",
                "time per row", "SQL statements per row");
            for (int rows : ROWS) {
                double seconds = Alternation.median(taken.get(String.valueOf(rows)).stream().map(Measured::seconds).toList());
                double ideal = rows * CALLS_PER_ROW * LATENCY / 1e3 / THREADS;
                table.row(rows, "%.1f s".formatted(seconds), "%.1f s".formatted(ideal), "%.2f".formatted(seconds / ideal),
                    "%.0f ms".formatted(1e3 * seconds / rows),
                    "%.0f".formatted(Alternation.median(taken.get(String.valueOf(rows)).stream().map(Measured::statements).toList())));
            }
            table.print();
        }
    }

    /** How long people wait, with as many job threads as in production. */
    @Test
    void rowsOnAWarmEngine() throws IOException, SQLException {
        Map<Integer, Double> targets = new LinkedHashMap<>();
        targets.put(1, 0.7);
        targets.put(20, 1.0);
        targets.put(100, 2.0);
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Node node = bench.start("engine", postgres.another("engine"));
            for (int turn = 0; turn < WARM_UP_WITHOUT_LATENCY; turn++) {
                bench.fresh(0);
                node.rollOut(ROWS[0]);
            }
            Map<String, Measurement<double[]>> compared = new LinkedHashMap<>();
            targets.keySet().forEach(rows -> compared.put(String.valueOf(rows), () -> {
                bench.fresh(LATENCY);
                Duration processor = Machine.processorTime(node.process.handle());
                double seconds = node.rollOut(rows).toMillis() / 1e3;
                return new double[] {seconds, Machine.processorTime(node.process.handle()).minus(processor).toMillis() / (double) rows};
            }));
            Map<String, List<double[]>> taken = Alternation.take(SHORT_TURNS, compared);
            Table table = new Table(("B4: roll-outs of new applications with their own policies at %d ms latency on a warm engine, from the "
                + "start until all is created and from the approval until all has ended; medians of %d turns. CPU time is the engine's.\n%s")
                .formatted(LATENCY, SHORT_TURNS, Machine.described(postgres)), "rows", "time", "target", "CPU time per row");
            targets.forEach((rows, target) -> {
                List<double[]> measured = taken.get(String.valueOf(rows));
                table.row(rows, "%.2f s".formatted(Alternation.median(measured.stream().map(each -> each[0]).toList())),
                    "%.1f s".formatted(target), "%.0f ms".formatted(Alternation.median(measured.stream().map(each -> each[1]).toList())));
            });
            table.print();
        }
    }
}
