package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.bench.Alternation.Measurement;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** B5: how much more two nodes on one PostgreSQL complete than one. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class SeveralNodesIT {

    private static final int LATENCY = 50;
    /** Few enough that two processors are not the limit. */
    private static final int THREADS = 3;
    private static final int FLOWS = 150;
    private static final int WARM_UP = 4;
    private static final int TURNS = 5;

    @Test
    void twoNodesComparedWithOne() throws IOException, SQLException {
        String[] threads = {"--camunda.bpm.job-execution.core-pool-size=" + THREADS, "--camunda.bpm.job-execution.max-pool-size=" + THREADS};
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            Node alone = bench.start("alone", postgres.another("alone"), threads);
            List<Node> two = List.of(bench.start("first", postgres, threads), bench.start("second", postgres, threads));
            Map<String, Measurement<Double>> compared = new LinkedHashMap<>();
            compared.put("one", () -> {
                bench.fresh(LATENCY);
                return alone.flowsPerSecond(FLOWS);
            });
            compared.put("two", () -> {
                bench.fresh(LATENCY);
                return Node.flowsPerSecond(FLOWS, two);
            });
            Alternation.take(WARM_UP, compared);
            Map<String, List<Double>> taken = Alternation.take(TURNS, compared);
            double one = Alternation.median(taken.get("one"));
            double both = Alternation.median(taken.get("two"));
            Table table = new Table(("B5: completed MFA flows per second by one node and by two on one PostgreSQL at %d ms latency, with %d "
                + "job threads each: so few that two processors are no limit; %d flows at a time, medians of %d turns. Target: 1.7.\n%s")
                .formatted(LATENCY, THREADS, FLOWS, TURNS, Machine.described(postgres)), "nodes", "flows/s", "times");
            table.row("one", "%.1f".formatted(one), "");
            table.row("two", "%.1f".formatted(both), "%.2f".formatted(both / one));
            table.print();
        }
    }
}
