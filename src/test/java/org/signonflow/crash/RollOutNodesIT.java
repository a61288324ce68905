package org.signonflow.crash;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A roll-out on two nodes, one of which is killed in the middle, while every fifth call fails: all rows end, each object exists once or not
 * at all, and the report matches PingOne.
 */
class RollOutNodesIT {

    /** The environment of every tenth application, which denies the worker a call that they need: they are stuck until they are undone. */
    private static final String LOCKED = "locked";
    private static final int EACH_TENTH = 10;
    /** Rows that a person rolls back individually, wherever they are. */
    private static final int EACH_SEVENTH = 7;

    private static final int CALL_MILLIS = 700;
    /** Two calls that time out, plus a margin. */
    private static final Duration LONGEST_STEP = Duration.ofSeconds(12);

    @Test
    @DisabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void aFewRows() throws IOException, SQLException {
        survives(30, Policy.OWN, "READY");
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRowsWhileTheyAreCreated() throws IOException, SQLException {
        survives(300, Policy.OWN, "READY");
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRowsWhileTheyAreAssigned() throws IOException, SQLException {
        survives(300, Policy.SHARED, "ASSIGNED");
    }

    /** @param far the state of half of the rows when the node is killed */
    private static void survives(int rows, Policy policy, String far) throws IOException, SQLException {
        try (RollOutStage stage = new RollOutStage()) {
            Environment first = stage.startEnvironment(RollOutStage.FIRST);
            Environment locked = stage.startEnvironment(LOCKED);
            Map<String, Engine> nodes = new HashMap<>();
            for (String name : List.of("node-1", "node-2")) {
                nodes.put(name, stage.startNode(name));
            }
            RollOutRun run = RollOutRun.start(stage, nodes.get("node-1"), policy, rows,
                row -> row % EACH_TENTH == 0 ? LOCKED : RollOutStage.FIRST);
            first.makeUnreliable(Map.of("method", "POST", "path", "/applications/*/*", "effect", "status", "status", 400,
                "code", "INVALID_DATA"));
            first.fault(Map.of("effect", "delay", "delayMillis", CALL_MILLIS, "times", Integer.MAX_VALUE));
            locked.fault(Map.of("method", "POST", "path", "/applications/*/grants", "effect", "status", "status", 401,
                "times", Integer.MAX_VALUE));

            if (far.equals("ASSIGNED")) {
                run.decide(nodes.get("node-2"), "approve");
            }
            run.awaitIn(far, rows / 2);
            nodes.remove(stage.awaitBusiestNode()).kill();
            long death = System.nanoTime();
            Engine other = nodes.values().iterator().next();
            Map<String, Integer> then = run.states();
            List<String> inHand = new ArrayList<>(locked(stage));
            List<String> rolledBack = run.rollBackRows(other, row -> !row.isSharedPolicy() && row.line() % EACH_SEVENTH == 0);
            // The living node's are finished by then.
            await().pollDelay(LONGEST_STEP).atMost(LONGEST_STEP.plusSeconds(10)).until(() -> true);
            inHand.retainAll(locked(stage));
            if (far.equals("READY")) {
                run.decide(other, "approve");
            }
            run.awaitEnd(other);
            Duration after = Duration.ofNanos(System.nanoTime() - death);

            List<String> violations = RollOutInvariants.violations(stage, run, other.decisions().get(run.id));
            run.rows().stream().filter(row -> rolledBack.contains(row.instanceId()) && !row.state().equals("ROLLED_BACK"))
                .forEach(row -> violations.add("Was rolled back by a person: " + row));
            JsonNode calls = first.ledger();
            int spoilt = 0;
            for (JsonNode call : calls) {
                spoilt += call.hasNonNull("fault") && !call.get("fault").stringValue().startsWith("delay") ? 1 : 0;
            }
            Table table = new Table("A roll-out of %d rows on two nodes, one killed in the middle; policy: %s. Locks last %d s."
                .formatted(rows, policy, RollOutStage.LOCK_SECONDS), "at the kill", "at the end", "steps locked by it", "s until the end",
                "calls", "faults", "rolled back by a person", "retried by a person", "violations");
            table.row(then, run.states(), inHand.size(), after.toSeconds(), calls.size(), "%d %%".formatted(100 * spoilt / calls.size()),
                rolledBack.size(), run.retried, violations.size());
            table.print();
            assertThat(violations).isEmpty();
            assertThat(run.stage()).isEqualTo("COMPLETED");
            assertThat(run.in("COMPLETED")).isGreaterThan(rows / 2);
            assertThat(run.in("ROLLED_BACK", "LEFT_OUT")).isGreaterThanOrEqualTo(rows / EACH_TENTH);
            if (rows >= 300) {
                // A few rows may all be between two steps.
                assertThat(inHand).isNotEmpty();
            }
            assertThat(other.incidents()).isEmpty();
        }
    }

    /** The steps that a node has locked, each with the time until which no other node takes it. */
    private static List<String> locked(RollOutStage stage) {
        return stage.jdbc.sql("select id_ || ' ' || lock_exp_time_ from act_ru_job where lock_exp_time_ > localtimestamp")
            .query(String.class).list();
    }
}
