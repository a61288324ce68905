package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares this version with an earlier one, alternating between them: {@code mvn verify -Dbench -Dbefore=<the earlier version's jar>
 * -Dit.test=BeforeAndAfterIT}.
 */
@EnabledIfSystemProperty(named = "before", matches = ".+",
    disabledReason = "Compares with an earlier version if its jar is given: -Dbefore=<old jar>.")
class BeforeAndAfterIT {

    private static final int WARM_UP = 200;
    private static final int TURNS = 21;
    private static final int LATENCY = 50;
    private static final int FLOWS = 150;
    private static final int ROWS = 100;
    private static final int LONG_TURNS = 5;
    private static final int WAITING = 10_000;
    private static final int STEP = 1_000;

    @Test
    void flowsAndRollOuts() throws IOException, SQLException {
        compare((bench, nodes, table) -> {
            row(table, "one MFA flow, 0 ms a call", "ms", TURNS, nodes, node -> millis(node.oneFlow(Duration.ZERO)));
            bench.fresh(LATENCY);
            Duration calls = Duration.ofMillis(7L * LATENCY);
            row(table, "one MFA flow, %d ms a call".formatted(LATENCY), "ms", TURNS, nodes, node -> millis(node.oneFlow(calls)));
            bench.fresh(0);
            row(table, "%d flows at once".formatted(FLOWS), "flows/s", LONG_TURNS, nodes, node -> node.flowsPerSecond(FLOWS));
            bench.fresh(LATENCY);
            row(table, "a roll-out of one row, %d ms a call".formatted(LATENCY), "ms", TURNS, nodes, node -> millis(node.rollOut(1)));
            row(table, "a roll-out of %d rows, %d ms a call".formatted(ROWS, LATENCY), "ms", LONG_TURNS, nodes,
                node -> millis(node.rollOut(ROWS)));
            row(table, "CPU time of the engine for a row of %d, %d ms a call".formatted(ROWS, LATENCY), "ms", LONG_TURNS, nodes, node -> {
                Duration processor = Machine.processorTime(node.process.handle());
                node.rollOut(ROWS);
                return millis(Machine.processorTime(node.process.handle()).minus(processor)) / ROWS;
            });
        });
    }

    @Test
    void withManyWaitingApprovals() throws IOException, SQLException {
        compare((bench, nodes, table) -> {
            for (int waiting = 0; waiting < WAITING; waiting += STEP) {
                bench.fresh(0);
                for (Node node : nodes.values()) {
                    node.startWaiting(STEP);
                }
            }
            take(TURNS, nodes, node -> millis(node.approvals()));
            row(table, "an approver's first page and number, %,d waiting".formatted(WAITING), "ms", 2 * TURNS, nodes,
                node -> millis(node.approvals()));
            row(table, "one MFA flow, 0 ms a call, %,d waiting".formatted(WAITING), "ms", TURNS, nodes,
                node -> millis(node.oneFlow(Duration.ZERO)));
        });
    }

    private interface Comparison {
        void take(Bench bench, Map<String, Node> nodes, Table table) throws IOException, SQLException;
    }

    /** Starts both versions beside each other on a PostgreSQL, and prints what is taken once both are warm. */
    private static void compare(Comparison comparison) throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Map<String, Node> nodes = new LinkedHashMap<>();
            nodes.put("before", bench.start("before", JavaProcess.jar(Path.of(System.getProperty("before"))), postgres.another("before")));
            nodes.put("after", bench.start("after", JavaProcess.jar(), postgres.another("after")));
            Table table = new Table("An earlier version and this one, alternating; medians.\n%s".formatted(Machine.described(postgres)),
                "what", "turns", "before", "after", "after/before");
            bench.fresh(0);
            take(WARM_UP, nodes, node -> millis(node.oneFlow(Duration.ZERO)));
            comparison.take(bench, nodes, table);
            table.print();
        }
    }

    private interface NodeMetric {
        double measure(Node node) throws IOException;
    }

    private static void row(Table table, String what, String unit, int turns, Map<String, Node> nodes, NodeMetric measure)
        throws IOException, SQLException {
        Map<String, List<Double>> taken = take(turns, nodes, measure);
        double before = Alternation.median(taken.get("before"));
        double after = Alternation.median(taken.get("after"));
        System.out.printf("%s: %s%n", what, taken);
        table.row(what, "%d".formatted(turns), "%.1f %s".formatted(before, unit), "%.1f %s".formatted(after, unit),
            "%.3f".formatted(after / before));
    }

    private static Map<String, List<Double>> take(int turns, Map<String, Node> nodes, NodeMetric measure) throws IOException, SQLException {
        Map<String, Alternation.Measurement<Double>> compared = new LinkedHashMap<>();
        nodes.forEach((name, node) -> compared.put(name, () -> measure.measure(node)));
        return Alternation.take(turns, compared);
    }

    private static double millis(Duration taken) {
        return taken.toNanos() / 1e6;
    }
}
