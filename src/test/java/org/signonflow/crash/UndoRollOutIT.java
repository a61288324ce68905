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
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The undo of a completed roll-out on two nodes, one of which is killed in the middle, while every fifth call fails: PingOne is as it was
 * before the roll-out, nothing was deleted before it was approved, and nothing twice.
 */
class UndoRollOutIT {

    /** What failed so often that it was left out is undone once more. */
    private static final int MOST_UNDOS = 3;

    @Test
    @DisabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void aFewRows() throws IOException, SQLException {
        leavesPingOneAsItWas(20, Policy.SHARED, "COMPLETED");
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRowsWhileTheyLook() throws IOException, SQLException {
        leavesPingOneAsItWas(100, Policy.OWN, "READY");
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRowsWithTheirOwnPolicies() throws IOException, SQLException {
        leavesPingOneAsItWas(100, Policy.OWN, "COMPLETED");
    }

    @Test
    @EnabledIfSystemProperty(named = "crash.matrix", matches = "full")
    void manyRowsThatShareAPolicy() throws IOException, SQLException {
        leavesPingOneAsItWas(300, Policy.SHARED, "COMPLETED");
    }

    /** @param far the state of a third of the undo's rows when the node is killed */
    private static void leavesPingOneAsItWas(int rows, Policy policy, String far) throws IOException, SQLException {
        try (RollOutStage stage = new RollOutStage()) {
            Environment pingOne = stage.startEnvironment(RollOutStage.FIRST);
            Map<String, Engine> nodes = new HashMap<>();
            for (String name : List.of("node-1", "node-2")) {
                nodes.put(name, stage.startNode(name));
            }
            RollOutRun run = RollOutRun.start(stage, nodes.get("node-1"), policy, rows, row -> RollOutStage.FIRST);
            run.decide(nodes.get("node-2"), "approve");
            run.awaitEnd(nodes.get("node-2"));
            assertThat(run.states()).containsOnlyKeys("COMPLETED");
            int calls = pingOne.ledger().size();
            pingOne.makeUnreliable(Map.of("effect", "drop", "when", "before"));

            RollOutRun undo = run.undo(nodes.get("node-1"));
            if (far.equals("COMPLETED")) {
                undo.decide(nodes.get("node-2"), "approve");
            }
            undo.awaitIn(far, rows / 3);
            nodes.remove(stage.awaitBusiestNode()).kill();
            long death = System.nanoTime();
            Engine other = nodes.values().iterator().next();
            Map<String, Integer> then = undo.states();
            if (far.equals("READY")) {
                undo.decide(other, "approve");
            }
            undo.awaitEnd(other);
            Map<String, Integer> atTheEnd = undo.states();
            Instant approved = other.decisions().get(undo.id);
            int undos = 1;
            for (; run.inEffect() > 0 && undos < MOST_UNDOS; undos++) {
                RollOutRun again = run.undo(other);
                again.decide(other, "approve");
                again.awaitEnd(other);
            }

            List<JsonNode> after = pingOne.ledger().valueStream().skip(calls).toList();
            Table table = new Table("The undo of a roll-out of %d rows on two nodes, one killed in the middle; policy: %s.".formatted(rows,
                policy), "at the kill", "at the end", "undos", "s until the end", "calls", "retried by a person");
            table.row(then, atTheEnd, undos, Duration.ofNanos(System.nanoTime() - death).toSeconds(), after.size(), undo.retried);
            table.print();
            assertThat(pingOne.state()).isEqualTo(pingOne.before());
            assertThat(run.inEffect()).isZero();
            assertThat(undo.stage()).isEqualTo("COMPLETED");
            Set<String> deleted = new HashSet<>();
            assertThat(after).filteredOn(call -> call.get("method").stringValue().equals("DELETE") && call.get("committed").booleanValue())
                .isNotEmpty().allSatisfy(call -> {
                    assertThat(Instant.parse(call.get("at").stringValue())).isAfter(approved);
                    assertThat(deleted.add(call.get("path").stringValue())).as("deleted once: " + call).isTrue();
                });
            assertThat(after).noneMatch(call -> call.get("method").stringValue().equals("POST")
                && !call.get("path").stringValue().endsWith("/as/token"));
            assertThat(other.incidents()).isEmpty();
            assertThat(stage.jdbc.sql("select count(*) from act_ru_execution").query(Integer.class).single()).isZero();
        }
    }
}
