package org.signonflow.crash;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.signonflow.Table;
import org.signonflow.crash.CrashPoint.Way;
import org.signonflow.crash.RollOutStage.Environment;
import org.signonflow.crash.Stage.DatabaseAt;
import org.signonflow.harness.Rest.RefusedException;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Flows and roll-outs in every state in which an update may find them, people who decide, retry and roll back on any node, and the verdict
 * on how everything ended. Each roll-out has its own environment; flows share some, by the kind of fault there.
 */
final class Upgrade implements AutoCloseable {

    private static final String HEALTHY = "sandbox";
    private static final String REFUSING = "refusing";
    private static final String FAILING = "failing";

    private static final int ALWAYS = Integer.MAX_VALUE;
    private static final int FEW_ROWS = 4;
    /** Enough rows, few enough at once, and slow enough that the new version finds the roll-out in the middle. */
    private static final int ROWS = 60;
    private static final int ROWS_AT_ONCE = 3;
    private static final int CALL_MILLIS = 12_000;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Map<String, Object> SETTINGS = Map.of("signonflow.roll-out.rows-at-once", ROWS_AT_ONCE,
        "signonflow.changes.catch-up-every", "2s",
        // Longer than the slow calls.
        "signonflow.http.read-timeout", "20s", "signonflow.http.call-timeout", "20s", "signonflow.longest-call", "20s",
        "camunda.bpm.job-execution.lock-time-in-millis", 60_000,
        // As many attempts as in production, the first ones while the new version starts.
        "camunda.bpm.generic-properties.properties.failed-job-retry-time-cycle", "PT5S,PT15S,PT30S,PT2M,PT2M,PT2M");

    /**
     * A flow or a roll-out.
     *
     * @param standing   its state when the new version starts
     * @param isDecided  whether it was decided before
     * @param isLeft     whether it is decided only once the old version is gone
     * @param flow       null for a roll-out
     * @param rollOut    null for a flow
     */
    private record Change(String standing, String environment, Way way, boolean isDecided, boolean isLeft, FlowRun flow,
                          RollOutRun rollOut) {

        String id() {
            return flow != null ? flow.instanceId() : rollOut.id;
        }

        String what() {
            return flow != null ? flow.flow().process : "roll-out";
        }
    }

    private final RollOutStage stage;
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, Deque<String>> applications = new HashMap<>();
    private final Map<String, Integer> decisions = new HashMap<>();
    private final Map<String, Integer> retries = new HashMap<>();
    private final Set<String> rolledBack = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private int turns;

    Upgrade(DatabaseAt database) throws IOException {
        stage = new RollOutStage(database);
        for (String flows : List.of(HEALTHY, REFUSING, FAILING)) {
            createApplications(flows, 20);
        }
        for (String few : List.of("waiting", "left", "assigning", "creating")) {
            createApplications(few, 0);
        }
        for (String existing : List.of("existing", "beside-1", "beside-2", "afterwards-1")) {
            createApplications(existing, ROWS);
        }
    }

    private void createApplications(String environment, int existing) throws IOException {
        applications.put(environment, new ArrayDeque<>(stage.addEnvironment(environment, existing)));
    }

    Engine startNode(String name, List<String> java) throws IOException {
        return stage.startNode(name, java, SETTINGS);
    }

    /** Begins everything, and returns once each is in its intended state. */
    void leaveInProgress(Engine old) throws IOException {
        for (Flow flow : Flow.values()) {
            begin(old, "waits for approval", HEALTHY, flow, Way.APPROVED, false);
            begin(old, "waits for approval", HEALTHY, flow, Way.DECLINED, false);
            begin(old, "waits for approval", HEALTHY, flow, Way.ROLLED_BACK, false);
            begin(old, "waits for approval", HEALTHY, flow, Way.APPROVED, true);
        }
        refuse(REFUSING, "POST", "/signOnPolicies", 401);
        for (Flow flow : Flow.values()) {
            begin(old, "has an incident", REFUSING, flow, Way.APPROVED, false);
            begin(old, "has an incident", REFUSING, flow, Way.ROLLED_BACK, false);
        }
        Change waiting = rollOut(old, "waits for approval", "waiting", "own", newApplications("waiting", FEW_ROWS, true), false);
        Change left = rollOut(old, "waits for approval", "left", "shared", newApplications("left", FEW_ROWS, false), true);
        Change assigning = rollOut(old, "assigns", "assigning", "shared", newApplications("assigning", ROWS, false), false);
        List<Change> decided = new ArrayList<>();
        for (Flow flow : Flow.values()) {
            decided.add(begin(old, "retries its assignment", FAILING, flow, Way.APPROVED, false));
            decided.add(begin(old, "retries its undo", FAILING, flow, Way.DECLINED, false));
        }
        await().until(() -> old.approvals().keySet().containsAll(List.of(waiting.id(), left.id(), assigning.id()))
            && old.approvals().keySet().containsAll(decided.stream().map(Change::id).toList()));

        refuse(FAILING, "DELETE", "/signOnPolicies/*", 503);
        refuse(FAILING, "POST", "/applications/*/signOnPolicyAssignments", 503);
        failOccasionally("assigning", "/applications/*/signOnPolicyAssignments");
        slow("assigning", "/applications/*/signOnPolicyAssignments");
        decided.add(assigning);
        for (Change each : decided) {
            decide(old, each, old.approvals().get(each.id()));
        }
        failOccasionally("creating", "/applications/*/grants");
        slow("creating", "/applications/*/grants");
        failOccasionally("existing", "/signOnPolicies/*/actions");
        slow("existing", "/signOnPolicies/*/actions");
        rollOut(old, "creates", "creating", "own", newApplications("creating", ROWS, true), false);
        rollOut(old, "creates", "existing", "own", existingApplications("existing", ROWS), false);
        // The lost call cannot be settled until PingOne works again.
        environment(FAILING).fault(Map.of("method", "POST", "path", "/signOnPolicies", "effect", "drop", "when", "after", "times",
            Flow.values().length));
        refuse(FAILING, "GET", "/signOnPolicies", 503);
        for (Flow flow : Flow.values()) {
            begin(old, "has lost a reply", FAILING, flow, Way.APPROVED, false);
        }
        await().until(() -> {
            Set<String> approvals = old.approvals().keySet();
            Set<String> incidents = old.incidents().keySet();
            for (Change each : changes) {
                boolean stands = switch (each.standing()) {
                    case "waits for approval" -> approvals.contains(each.id());
                    case "has an incident" -> incidents.contains(each.id());
                    case "creates" -> isBetween(old, each, "READY", "PENDING");
                    case "assigns" -> isBetween(old, each, "ASSIGNED", "READY");
                    default -> old.isToRetry(each.id());
                };
                if (!stands) {
                    return false;
                }
            }
            return true;
        });
    }

    private void refuse(String environment, String method, String path, int status) throws IOException {
        environment(environment).fault(Map.of("method", method, "path", path, "effect", "status", "status", status, "times", ALWAYS));
    }

    /** So that rows wait for a retry when the new version starts, and not only for their turn. */
    private void failOccasionally(String environment, String path) throws IOException {
        environment(environment).fault(Map.of("method", "POST", "path", path, "effect", "status", "status", 503, "probability", 0.3,
            "seed", 1, "times", ALWAYS));
    }

    private void slow(String environment, String path) throws IOException {
        environment(environment).fault(Map.of("method", "POST", "path", path, "effect", "delay", "delayMillis", CALL_MILLIS, "times",
            ALWAYS));
    }

    /** The new version is running: whether what was to be in the middle, or to wait for a retry, still is. */
    boolean isInTime(Engine next) throws IOException {
        for (Change each : changes) {
            if (each.rollOut() != null && !each.standing().equals("waits for approval")) {
                JsonNode states = next.rollOut(each.id()).get("progress").get("states");
                boolean assigns = each.standing().equals("assigns");
                if (states.path(assigns ? "READY" : "PENDING").asInt() + states.path(assigns ? "ASSIGNING" : "CREATING").asInt() == 0) {
                    return false;
                }
            } else if ((each.standing().startsWith("retries") || each.standing().startsWith("has lost")) && !next.isToRetry(each.id())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBetween(Engine node, Change rollOut, String done, String left) throws IOException {
        JsonNode progress = node.rollOut(rollOut.id()).get("progress");
        return progress.get("states").path(done).asInt() > 0 && progress.get("states").path(left).asInt() > 0
            && progress.get("troubles").path("RETRYING").asInt() > 0;
    }

    /** Begins a flow of each kind and a roll-out on each of the nodes. */
    void beginMore(String when, List<Engine> nodes) throws IOException {
        int number = 0;
        for (Engine node : nodes) {
            for (Flow flow : Flow.values()) {
                begin(node, "started " + when, HEALTHY, flow, Way.APPROVED, false);
            }
            String environment = (nodes.size() > 1 ? "beside-" : "afterwards-") + ++number;
            rollOut(node, "started " + when, environment, "own", existingApplications(environment, ROWS / 2), false);
        }
    }

    private Change begin(Engine node, String standing, String environment, Flow flow, Way way, boolean isLeft) throws IOException {
        FlowRun named = new FlowRun(null, "change-" + changes.size(), flow, way);
        Map<String, Object> variables = new LinkedHashMap<>(Map.of("environment", environment, "policyName", named.policyName()));
        if (flow == Flow.MFA) {
            variables.put("applicationName", named.applicationName());
        } else {
            variables.put("applicationId", applications.get(environment).remove());
        }
        String id = node.start(flow.process, named.key(), variables);
        return add(new Change(standing, environment, way, standing.equals("retries its assignment") || standing.equals("retries its undo"),
            isLeft, new FlowRun(id, named.key(), flow, way), null));
    }

    private Change rollOut(Engine node, String standing, String environment, String policy, String list, boolean isLeft)
            throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("name", environment, "policy", policy, "environment", environment));
        if (policy.equals("shared")) {
            settings.put("policyName", "Shared");
        }
        return add(new Change(standing, environment, Way.APPROVED, standing.equals("assigns"), isLeft, null,
            RollOutRun.start(stage, node, settings, list)));
    }

    private Change add(Change change) {
        changes.add(change);
        return change;
    }

    private static String newApplications(String prefix, int rows, boolean ownPolicies) {
        return IntStream.rangeClosed(1, rows)
            .mapToObj(row -> "App %s %d%s\n".formatted(prefix, row, ownPolicies ? ",Policy_" + row : ""))
            .collect(Collectors.joining("", "applicationName" + (ownPolicies ? ",policyName" : "") + "\n", ""));
    }

    private String existingApplications(String environment, int rows) {
        return IntStream.rangeClosed(1, rows).mapToObj(row -> applications.get(environment).remove() + ",Policy_" + row + "\n")
            .collect(Collectors.joining("", "applicationId,policyName\n", ""));
    }

    /** From now on PingOne works; people work on the nodes in turn, but leave what is to be decided later. */
    void workUntilHalfHasEnded(List<Engine> nodes) throws IOException {
        repair();
        await().until(() -> work(nodes, false) > changes.size() / 2);
    }

    /** And now also on what was left. */
    void workUntilAllHasEnded(Engine node) throws IOException {
        repair();
        await().until(() -> work(List.of(node), true) == changes.size());
    }

    private void repair() throws IOException {
        for (Environment environment : stage.environments.values()) {
            environment.control().delete("/faults");
        }
    }

    private int work(List<Engine> nodes, boolean isLeftToo) throws IOException {
        Engine node = nodes.get(turns++ % nodes.size());
        Map<String, String> approvals = node.approvals();
        Set<String> toRollBack = new HashSet<>();
        for (Change each : changes) {
            if (each.way() == Way.ROLLED_BACK) {
                toRollBack.add(each.id());
                if (!rolledBack.contains(each.id())) {
                    node.rollBack(each.id());
                    rolledBack.add(each.id());
                }
            } else if (approvals.containsKey(each.id()) && (isLeftToo || !each.isLeft())) {
                decide(node, each, approvals.get(each.id()));
            }
        }
        for (String stuck : node.incidents().keySet()) {
            if (!toRollBack.contains(stuck)) {
                retries.merge(stuck, node.retry(stuck), Integer::sum);
            }
        }
        ended.addAll(node.ended(changes.stream().map(Change::id).toList()));
        return ended.size();
    }

    private void decide(Engine node, Change change, String task) throws IOException {
        try {
            node.decide(task, change.way() == Way.DECLINED ? "decline" : "approve");
            decisions.merge(change.id(), 1, Integer::sum);
        } catch (RefusedException conflict) {
            if (!conflict.getMessage().contains(": 409 ")) {
                throw conflict;
            }
        }
    }

    /** Stops the node, prints the table, and returns what has not ended as expected. */
    List<String> judge(Engine node) throws IOException {
        Map<String, List<String>> violations = new HashMap<>();
        for (String environment : List.of(HEALTHY, REFUSING, FAILING)) {
            List<FlowRun> here = changes.stream().filter(each -> each.flow() != null && each.environment().equals(environment))
                .map(Change::flow).toList();
            Invariants.violations(environment(environment).before(), environment(environment).control(), node, here, 1)
                .forEach((id, wrong) -> violations.computeIfAbsent(id, none -> new ArrayList<>()).addAll(wrong));
        }
        Map<String, Instant> decided = node.decisions();
        Map<String, Map<String, String>> variables = node.variables(changes.stream().map(Change::id).toList());
        node.stop();
        int unknown = attempts("Unknown property used in expression%");
        Table table = new Table("""
            An update from an older version on %s. Attempts that failed and came back: %d at what the older version does not know of the
            newer one's models, %d at statements prepared before the newer one's columns existed.""".formatted(
            stage.database, unknown, attempts("%cached plan must not change result type%")),
            "what", "when the new version starts", "is to end as", "ended as", "approvals", "retries by a person", "violations");
        for (Change each : changes) {
            int retried = retries.getOrDefault(each.id(), 0);
            String ending = variables.get(each.id()).get("outcome");
            if (each.rollOut() != null) {
                violations.put(each.id(), RollOutInvariants.violations(stage, each.rollOut(), decided.get(each.id())));
                retried += each.rollOut().rows().stream().mapToInt(row -> retries.getOrDefault(row.instanceId(), 0)).sum();
                ending += " " + each.rollOut().states();
            }
            List<String> wrong = violations.computeIfAbsent(each.id(), id -> new ArrayList<>());
            if (!each.standing().equals("has an incident") && retried > 0) {
                wrong.add("Needed a person %d times".formatted(retried));
            }
            if (decisions.getOrDefault(each.id(), 0) > 1) {
                wrong.add("The approvers were asked again, though nothing has changed.");
            }
            table.row(each.what(), each.standing() + (each.isLeft() ? ", decided on afterwards" : ""), each.way(), ending,
                decisions.getOrDefault(each.id(), 0), retried, wrong.size());
        }
        table.print();
        if (unknown > 0) {
            violations.computeIfAbsent("", none -> new ArrayList<>())
                .add("The older version failed %d times at something it does not know.".formatted(unknown));
        }
        return violations.values().stream().flatMap(List::stream).toList();
    }

    private int attempts(String failedWith) {
        return stage.jdbc.sql("select count(*) from act_hi_job_log where job_exception_msg_ like :message").param("message", failedWith)
            .query(Integer.class).single();
    }

    private Environment environment(String alias) {
        return stage.environments.get(alias);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(LONGEST).pollInterval(Duration.ofMillis(500));
    }

    @Override
    public void close() {
        stage.close();
    }
}
