package org.signonflow.bench;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.bench.Alternation.Measurement;
import org.signonflow.harness.Database;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** B1: how much longer one MFA flow takes than its seven calls alone. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class OneFlowIT {

    private static final int WARM_UP = 1_000;
    private static final int TURNS = 21;

    @Test
    void comparedWithABareClient() throws IOException, SQLException {
        try (Bench bench = new Bench(); Database.Postgres postgres = Database.postgres(bench.home)) {
            BareClient bare = new BareClient(bench.sandbox.uri());
            Node h2 = bench.start("h2", Database.h2());
            Node postgresql = bench.start("postgresql", postgres);
            Duration[] calls = {Duration.ZERO};
            Map<String, Measurement<Double>> compared = new LinkedHashMap<>();
            compared.put("bare", () -> {
                long begun = System.nanoTime();
                bare.sevenCalls("bare-" + begun);
                return (System.nanoTime() - begun) / 1e6;
            });
            compared.put("H2", () -> h2.oneFlow(calls[0]).toNanos() / 1e6);
            compared.put("PostgreSQL", () -> postgresql.oneFlow(calls[0]).toNanos() / 1e6);
            bench.fresh(0);
            Alternation.take(WARM_UP, compared);

            Table table = new Table(("B1: one MFA flow without approval, from its start by REST until the engine says that it has ended, "
                + "compared with the same seven calls by OkHttp alone; medians of %d turns. Target: 1.10 at 50 ms, 1.06 at 100 ms.\n%s")
                .formatted(TURNS, Machine.described(postgres)),
                "latency", "OkHttp alone", "flow on H2", "ratio", "flow on PostgreSQL", "ratio");
            for (int latency : List.of(0, 20, 50, 100)) {
                bench.fresh(latency);
                calls[0] = Duration.ofMillis(7L * latency);
                Map<String, List<Double>> taken = Alternation.take(TURNS, compared);
                double alone = Alternation.median(taken.get("bare"));
                double onH2 = Alternation.median(taken.get("H2"));
                double onPostgresql = Alternation.median(taken.get("PostgreSQL"));
                table.row(latency + " ms", "%.1f ms".formatted(alone), "%.1f ms".formatted(onH2), "%.3f".formatted(onH2 / alone),
                    "%.1f ms".formatted(onPostgresql), "%.3f".formatted(onPostgresql / alone));
            }
            table.print();
        }
    }
}
