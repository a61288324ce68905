package org.signonflow.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.harness.Database;
import tools.jackson.databind.JsonNode;

/** B3: how much of PingOne's quota many flows use that are started at once, and whether PingOne ever has to answer 429. */
@EnabledIfSystemProperty(named = "bench", matches = ".*")
class QuotaIT {

    private static final int CALLS_PER_MINUTE = 600;
    private static final int FLOWS = 200;

    @Test
    void manyFlowsUnderAQuota() throws IOException, SQLException {
        try (Bench bench = new Bench("--signonflow.sandbox.requests-per-minute=" + CALLS_PER_MINUTE);
                Database.Postgres postgres = Database.postgres(bench.home)) {
            Table table = new Table(("B3: %d MFA flows started at once under a quota of %d calls a minute, which the sandbox enforces. "
                + "Target: 95 %% of the quota, no 429.\n%s").formatted(FLOWS, CALLS_PER_MINUTE, Machine.described(postgres)),
                "database", "calls per flow", "used of the quota", "429");
            for (Database database : List.of(Database.h2(), postgres)) {
                Node node = bench.start(database.toString().replace(' ', '-'), database,
                    "--signonflow.quota.calls-per-minute=" + CALLS_PER_MINUTE);
                bench.fresh(0);
                node.flowsPerSecond(FLOWS);
                List<JsonNode> calls = StreamSupport.stream(bench.ledger().spliterator(), false)
                    .filter(call -> !call.get("path").asString().contains("/as/token")).toList();
                Duration taken = Duration.between(at(calls.get(0)), at(calls.get(calls.size() - 1)));
                table.row(database, "%.2f".formatted(calls.size() / (double) FLOWS),
                    "%.1f %%".formatted(100.0 * calls.size() / (CALLS_PER_MINUTE * taken.toMillis() / 60e3)),
                    calls.stream().filter(call -> call.path("status").asInt() == 429).count());
                node.process.close();
            }
            table.print();
        }
    }

    private static Instant at(JsonNode call) {
        return Instant.parse(call.get("at").asString());
    }
}
