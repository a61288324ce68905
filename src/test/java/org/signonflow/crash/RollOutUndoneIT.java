package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.signonflow.Table;
import org.signonflow.crash.RollOutRun.Policy;
import org.signonflow.crash.RollOutStage.Environment;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A roll-out that is declined, or rolled back in the middle, leaves PingOne as it was, and nothing for a person to do. */
class RollOutUndoneIT {

    private static final int CALL_MILLIS = 300;

    /** Waiting for what an interrupted call may still create would be noticeable. */
    private static final Map<String, Object> AS_IN_PRODUCTION = Map.of("signonflow.longest-call", "2m", "signonflow.settle-after", "30s");

    private enum Way { DECLINED, ROLLED_BACK_WHILE_CREATING, ROLLED_BACK_WHILE_ASSIGNING }

    @Test
    @DisabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void aFewRows() throws IOException, SQLException {
        leaveNothing(20, List.of(Way.ROLLED_BACK_WHILE_CREATING));
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRows() throws IOException, SQLException {
        leaveNothing(100, List.of(Way.values()));
    }

    private static void leaveNothing(int rows, List<Way> ways) throws IOException, SQLException {
        Table table = new Table("Roll-outs of %d rows on one node, undone; a call takes %d ms or four times that.".formatted(rows,
            CALL_MILLIS), "policy", "way", "at that time", "at the end", "s until the end", "lost races", "other failures", "violations");
        try (RollOutStage stage = new RollOutStage()) {
            Environment pingOne = stage.startEnvironment(RollOutStage.FIRST);
            Engine node = stage.startNode("node", AS_IN_PRODUCTION);
            for (Policy policy : Policy.values()) {
                for (Way way : ways) {
                    pingOne.control().post("/reset", Map.of());
                    // Some calls take longer, so that the rows do not all arrive at once.
                    pingOne.fault(Map.of("effect", "delay", "delayMillis", 4 * CALL_MILLIS, "probability", 0.3, "seed", 1,
                        "times", Integer.MAX_VALUE));
                    pingOne.fault(Map.of("effect", "delay", "delayMillis", CALL_MILLIS, "times", Integer.MAX_VALUE));
                    RollOutRun run = RollOutRun.start(stage, node, policy, rows, row -> RollOutStage.FIRST);
                    switch (way) {
                        case DECLINED -> run.decide(node, "decline");
                        case ROLLED_BACK_WHILE_CREATING -> {
                            run.awaitIn("READY", rows / 3);
                            run.rollBack(node);
                        }
                        case ROLLED_BACK_WHILE_ASSIGNING -> {
                            run.decide(node, "approve");
                            run.awaitIn("ASSIGNED", rows / 3);
                            run.rollBack(node);
                        }
                    }
                    Map<String, Integer> then = run.states();
                    long asked = System.nanoTime();
                    run.awaitEnd(node);
                    Duration took = Duration.ofNanos(System.nanoTime() - asked);
                    List<String> violations = RollOutInvariants.violations(stage, run, node.decisions().get(run.id));
                    table.row(policy, way, then, run.states(), took.toSeconds(), run.failures(true), run.failures(false), violations.size());
                    assertThat(violations).isEmpty();
                    assertThat(pingOne.state()).isEqualTo(pingOne.before());
                    assertThat(run.stage()).isEqualTo(way == Way.DECLINED ? "DECLINED" : "ROLLED_BACK");
                    assertThat(run.states()).containsOnlyKeys("ROLLED_BACK");
                    assertThat(run.retried).isZero();
                    assertThat(node.incidents()).isEmpty();
                    assertThat(stage.jdbc.sql("select count(*) from act_ru_execution").query(Integer.class).single()).isZero();
                }
            }
            table.print();
        }
    }
}
