package org.signonflow.crash;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.crash.RollOutRun.Policy;
import org.signonflow.crash.RollOutStage.Environment;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A flow that a person starts in the middle of a roll-out, within PingOne's quota, waits for approval a few seconds later. */
class RollOutPriorityIT {

    private static final int CALLS_PER_MINUTE = 600;
    private static final Duration A_FEW_SECONDS = Duration.ofSeconds(10);

    @Test
    @DisabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void aFewRows() throws IOException, SQLException {
        doNotDelayInteractiveFlows(100, List.of(10));
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRows() throws IOException, SQLException {
        doNotDelayInteractiveFlows(1_000, List.of(100, 200, 300));
    }

    /** @param after how many rows are ready each time a person starts a flow */
    private static void doNotDelayInteractiveFlows(int rows, List<Integer> after) throws IOException, SQLException {
        try (RollOutStage stage = new RollOutStage()) {
            Environment pingOne = stage.startEnvironment(RollOutStage.FIRST, "--signonflow.sandbox.requests-per-minute=" + CALLS_PER_MINUTE);
            Engine node = stage.startNode("node", Map.of("signonflow.quota.calls-per-minute", CALLS_PER_MINUTE));
            RollOutRun run = RollOutRun.start(stage, node, Policy.OWN, rows, row -> RollOutStage.FIRST);
            List<Duration> waits = new ArrayList<>();
            for (int ready : after) {
                run.awaitIn("READY", ready);
                long asked = System.nanoTime();
                String flow = node.start(Flow.MFA.process, "person-" + ready, Map.of("applicationName", "Person " + ready,
                    "policyName", "Person_" + ready));
                Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50))
                    .until(() -> node.approvals().containsKey(flow));
                waits.add(Duration.ofNanos(System.nanoTime() - asked));
            }
            JsonNode calls = pingOne.ledger();
            Duration time = Duration.between(Instant.parse(calls.get(0).get("at").stringValue()),
                Instant.parse(calls.get(calls.size() - 1).get("at").stringValue()));
            long refused = calls.findValues("status").stream().filter(status -> status.asInt() == 429).count();
            Table table = new Table("A flow that a person starts in the middle of a roll-out of %,d rows, at %d calls a minute."
                .formatted(rows, CALLS_PER_MINUTE), "rows ready", "ms until it waits for approval", "calls a minute", "429");
            for (int each = 0; each < after.size(); each++) {
                table.row(after.get(each), waits.get(each).toMillis(), "%.0f".formatted(calls.size() * 60_000.0 / time.toMillis()), refused);
            }
            table.print();
            assertThat(refused).isZero();
            assertThat(run.stage()).as("in its middle").isEqualTo("CREATING");
            assertThat(waits).allMatch(wait -> wait.compareTo(A_FEW_SECONDS) < 0);
        }
    }
}
