package org.signonflow.bench;

import org.signonflow.harness.JavaProcess;
import org.signonflow.harness.Rest;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A running engine, driven by its REST API as its users would. */
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
     * From sending the start of one flow until the engine says that it has ended.
     *
     * @param atLeast how long it is known to take: it is asked for only then, not to be in its way
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

    /** The same for several nodes on one database, which are given the starts in turn. */
    static double flowsPerSecond(int flows, List<Node> nodes) throws IOException {
        String round = newRound();
        Node first = nodes.get(0);
        Instant begun = Instant.now();
        startAll(round, flows, nodes, false);
        // Seldom, not to be in the way; how long it took, the history says.
        first.await(Duration.ofMillis(250), () -> first.count("/history/process-instance/count?finished=true&" + of(round)) == flows);
        first.requireCompleted(round, flows);
        String last = first.rest.get("/history/process-instance?sortBy=endTime&sortOrder=desc&maxResults=1&" + of(round)).get(0)
            .get("endTime").stringValue();
        return flows / (Duration.between(begun, OffsetDateTime.parse(last, TIME)).toMillis() / 1e3);
    }

    /** Starts flows that wait for approval, and returns when all wait. */
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

    /** A whole roll-out: from the start until it waits for approval, and from there until it has ended. Deciding takes no time. */
    Duration rollOut(int rows) throws IOException {
        String round = newRound();
        StringBuilder list = new StringBuilder("applicationName,policyName\n");
        IntStream.range(0, rows).forEach(row -> list.append("%s-%d,%s-%d\n".formatted(round, row, round, row)));
        long begun = System.nanoTime();
        String id = rest.as(Rest.REQUESTER).post("/process-definition/key/roll-out-sign-on/start", Map.of("businessKey", round,
            "variables", Map.of("name", Map.of("value", round), "list", Map.of("type", "File",
                "value", Base64.getEncoder().encodeToString(list.toString().getBytes(StandardCharsets.UTF_8)),
