package org.signonflow.rollout;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** A roll-out without an engine: its rows are moved by hand. */
public final class RollOutFixture {

    private final RollOuts rollOuts;
    private final String id = UUID.randomUUID().toString();

    /** Stores this many applications, named {@code App 1} and so on, none of them started. */
    public RollOutFixture(RollOuts rollOuts, String name, String requestedBy, int rows) {
        this(rollOuts, name, requestedBy, IntStream.rangeClosed(1, rows).mapToObj(line -> new Request(line, Map.of(
            "environment", "sandbox", "applicationName", "App " + line, "policyName", "Policy_" + line))).toList());
    }

    public RollOutFixture(RollOuts rollOuts, String name, String requestedBy, List<Request> requests) {
        this.rollOuts = rollOuts;
        rollOuts.add(id, name, requestedBy, null, requests);
    }

    public String id() {
        return id;
    }

    public void enter(Stage stage) {
        rollOuts.enter(id, stage);
    }

    /** Starts rows, and brings them into a state with the ids that they then have. */
    public void reach(RowState state, String problem, int... lines) {
        for (int line : lines) {
            Row row = begin(line);
            rollOuts.reached(row.instanceId(), state, problem, null, state.hasEnded() && state != RowState.COMPLETED ? Map.of()
                : Map.of("applicationId", id(line, 1), "grantId", id(line, 2), "policyId", id(line, 3), "actionId", id(line, 4)));
        }
    }

    public void fail(int line, Trouble trouble, String problem) {
        rollOuts.failed(begin(line).instanceId(), trouble, problem);
    }

    public void leaveOutPending() {
        rollOuts.leaveOutPending(id);
    }

    private Row begin(int line) {
        Row row = row(line);
        if (row.instanceId() == null) {
            rollOuts.begun(row.rollOutId(), row.line(), UUID.randomUUID().toString());
        }
        return row(line);
    }

    public Row row(int line) {
        return rollOuts.rows(id, null, null, line - 1, 1).get(0);
    }

    private static String id(int line, int object) {
        return new UUID((line * 10L + object + 1) * 0x9E3779B97F4A7C15L, line).toString();
    }
}
