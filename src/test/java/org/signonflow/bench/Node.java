package org.signonflow.bench;

import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A running engine, driven through its REST API as by its users. */
final class Node {

    private static final String PROCESS = "configure-mfa-sign-on";
    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final int STARTING_AT_ONCE = 4;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");
    private static final AtomicInteger ROUNDS = new AtomicInteger();

    final JavaProcess process;
    private final Rest rest;

    Node(JavaProcess process) {
        this.process = process;
        rest = new Rest(URI.create(process.uri() + "/engine-rest"), Rest.ADMIN);
    }

    /**
     * From sending the start request of one flow until the engine says that it has ended.
     *
     * @param atLeast the time it takes at least: polling begins only then, so as not to disturb it
     */
    Duration oneFlow(Duration atLeast) throws IOException {
        String round = newRound();
        long begun = System.nanoTime();
        String instance = start(round, false);
        LockSupport.parkNanos(atLeast.toNanos());
        await(Duration.ofMillis(1), () -> !rest.get("/history/process-instance/" + instance).get("endTime").isNull());
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        requireCompleted(round, 1);
        return taken;
    }

    /** From the first start until the last end. */
    double flowsPerSecond(int flows) throws IOException {
        return flowsPerSecond(flows, List.of(this));
    }

    /** The same for several nodes on one database, which receive the starts in turn. */
    static double flowsPerSecond(int flows, List<Node> nodes) throws IOException {
        String round = newRound();
        Node first = nodes.get(0);
        Instant begun = Instant.now();
        startAll(round, flows, nodes, false);
        // Polls rarely so as not to disturb; the duration comes from the history.
        first.await(Duration.ofMillis(250), () -> first.count("/history/process-instance/count?finished=true&" + of(round)) == flows);
        first.requireCompleted(round, flows);
        String last = first.rest.get("/history/process-instance?sortBy=endTime&sortOrder=desc&maxResults=1&" + of(round)).get(0)
            .get("endTime").stringValue();
        return flows / (Duration.between(begun, OffsetDateTime.parse(last, TIME)).toMillis() / 1e3);
    }

    /** Starts flows that wait for approval, and returns once all are waiting. */
    void startWaiting(int flows) throws IOException {
        String round = newRound();
        startAll(round, flows, List.of(this), true);
        await(Duration.ofMillis(200), () -> count("/task/count?" + of(round)) == flows);
    }

    /** How long an approver waits for the first page of Tasklist's list of approvals. */
    Duration approvals() throws IOException {
        Rest approver = rest.as(Rest.APPROVER);
        String filter = approver.get("/filter").get(0).get("id").stringValue();
        long begun = System.nanoTime();
        JsonNode page = approver.post("/filter/" + filter + "/list?firstResult=0&maxResults=15",
            Map.of("sorting", List.of(Map.of("sortBy", "created", "sortOrder", "desc"))));
        JsonNode all = approver.post("/filter/" + filter + "/count", Map.of());
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        if (page.size() != Math.min(15, all.get("count").intValue())) {
            throw new IllegalStateException("A page of %d of %s".formatted(page.size(), all));
        }
        return taken;
    }

    /** A whole roll-out: from the start until it waits for approval, and from there until it has ended, excluding the decision. */
    Duration rollOut(int rows) throws IOException {
        String round = newRound();
        StringBuilder list = new StringBuilder("applicationName,policyName\n");
        IntStream.range(0, rows).forEach(row -> list.append("%s-%d,%s-%d\n".formatted(round, row, round, row)));
        // As often as does not disturb.
        Duration pause = Duration.ofMillis(rows < 100 ? 20 : 100);
        long begun = System.nanoTime();
        String id = rest.as(Rest.REQUESTER).post("/process-definition/key/roll-out-sign-on/start", Map.of("businessKey", round,
            "variables", Map.of("name", Map.of("value", round), "list", Map.of("type", "File",
                "value", Base64.getEncoder().encodeToString(list.toString().getBytes(StandardCharsets.UTF_8)),
                "valueInfo", Map.of("filename", "list.csv"))))).get("id").stringValue();
        await(pause, () -> {
            if (count("/process-instance/count?processInstanceIds=" + id) == 0) {
                throw new IllegalStateException("Nothing was created: " + rest.get("/history/variable-instance?processInstanceId=" + id));
            }
            return count("/task/count?processInstanceId=" + id) == 1;
        });
        Rest approver = rest.as(Rest.APPROVER);
        String task = approver.get("/task?processInstanceId=" + id).get(0).get("id").stringValue();
        approver.post("/task/" + task + "/complete", Map.of("variables", Map.of("decision", Map.of("value", "approve"))));
        await(pause, () -> !rest.get("/history/process-instance/" + id).get("endTime").isNull());
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        int completed = count("/history/process-instance/count?processDefinitionKey=roll-out-application&variables=outcome_eq_COMPLETED&"
            + of(round));
        if (completed != rows) {
            throw new IllegalStateException("%d of %d rows were completed.".formatted(completed, rows));
        }
        return taken;
    }

    private static void startAll(String round, int flows, List<Node> nodes, boolean approval) throws IOException {
        Parallel.run(STARTING_AT_ONCE, IntStream.range(0, flows).<Callable<Void>>mapToObj(flow -> () -> {
            nodes.get(flow % nodes.size()).start(round + "-" + flow, approval);
            return null;
        }).toList());
    }

    /** @return the instance's id */
    private String start(String name, boolean approval) throws IOException {
        return rest.as(Rest.REQUESTER).post("/process-definition/key/" + PROCESS + "/start", Map.of("businessKey", name,
            "variables", Map.of("applicationName", Map.of("value", name), "policyName", Map.of("value", name),
                "approvalRequired", Map.of("value", approval)))).get("id").stringValue();
    }

    /** A flow that was undone has also ended. */
    private void requireCompleted(String round, int flows) throws IOException {
        int completed = count("/history/process-instance/count?finished=true&variables=outcome_eq_COMPLETED&" + of(round));
        if (completed != flows) {
            throw new IllegalStateException("%d of %d flows were completed.".formatted(completed, flows));
        }
    }

    private int count(String query) throws IOException {
        return rest.get(query).get("count").intValue();
    }

    private static String newRound() {
        return "round-%05d".formatted(ROUNDS.incrementAndGet());
    }

    private static String of(String round) {
        return "processInstanceBusinessKeyLike=" + round + "%25";
    }

    private interface Condition {
        boolean answer() throws IOException;
    }

    /** Not Awaitility, whose poll interval would be part of the measurement. */
    private void await(Duration pause, Condition condition) throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.answer()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("It takes longer than " + LONGEST);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}
