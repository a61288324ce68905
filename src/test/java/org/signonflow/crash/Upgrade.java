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
 * Flows and roll-outs in every condition in which an update may meet them, people who decide, retry and roll back at whatever node, and the
 * judgement on how all has ended. Each roll-out has an environment to itself; flows share some, by what is amiss there.
 */
final class Upgrade implements AutoCloseable {

    private static final String WELL = "sandbox";
    private static final String REFUSING = "refusing";
    private static final String FAILING = "failing";

    private static final int ALWAYS = Integer.MAX_VALUE;
    private static final int FEW_ROWS = 4;
    /** So many, so few at once, and so slow that the new version finds the roll-out in its middle. */
    private static final int ROWS = 60;
    private static final int ROWS_AT_ONCE = 3;
    private static final int CALL_MILLIS = 12_000;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Map<String, Object> SETTINGS = Map.of("signonflow.roll-out.rows-at-once", ROWS_AT_ONCE,
        // Longer than the slow calls.
        "signonflow.http.read-timeout", "20s", "signonflow.http.call-timeout", "20s", "signonflow.longest-call", "20s",
        "camunda.bpm.job-execution.lock-time-in-millis", 60_000,
        // As many attempts as in production, the first ones while the new version starts.
        "camunda.bpm.generic-properties.properties.failed-job-retry-time-cycle", "PT5S,PT15S,PT30S,PT2M,PT2M,PT2M");

    /**
     * A flow or a roll-out.
     *
     * @param standing   where it is when the new version comes
     * @param isDecided  whether it was decided on before
     * @param isLeft     whether it is decided on only once the old version is gone
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
        for (String flows : List.of(WELL, REFUSING, FAILING)) {
            furnish(flows, 20);
        }
        for (String few : List.of("waiting", "left", "assigning", "creating")) {
            furnish(few, 0);
        }
        for (String existing : List.of("existing", "beside-1", "beside-2", "afterwards-1")) {
            furnish(existing, ROWS);
        }
    }

    private void furnish(String environment, int existing) throws IOException {
        applications.put(environment, new ArrayDeque<>(stage.furnishEnvironment(environment, existing)));
    }

    Engine startNode(String name, List<String> java) throws IOException {
        return stage.startNode(name, java, SETTINGS);
    }

    /** Begins everything, and returns when each is where it is to be found. */
    void leaveUnderWay(Engine old) throws IOException {
        for (Flow flow : Flow.values()) {
            begin(old, "waits for approval", WELL, flow, Way.APPROVED, false);
            begin(old, "waits for approval", WELL, flow, Way.DECLINED, false);
            begin(old, "waits for approval", WELL, flow, Way.ROLLED_BACK, false);
            begin(old, "waits for approval", WELL, flow, Way.APPROVED, true);
        }
        turnAway(REFUSING, "POST", "/signOnPolicies", 401);
        for (Flow flow : Flow.values()) {
            begin(old, "stands as an incident", REFUSING, flow, Way.APPROVED, false);
            begin(old, "stands as an incident", REFUSING, flow, Way.ROLLED_BACK, false);
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

        turnAway(FAILING, "DELETE", "/signOnPolicies/*", 503);
        turnAway(FAILING, "POST", "/applications/*/signOnPolicyAssignments", 503);
        failAtTimes("assigning", "/applications/*/signOnPolicyAssignments");
        slow("assigning", "/applications/*/signOnPolicyAssignments");
        decided.add(assigning);
        for (Change each : decided) {
            decide(old, each, old.approvals().get(each.id()));
        }
        failAtTimes("creating", "/applications/*/grants");
        slow("creating", "/applications/*/grants");
        failAtTimes("existing", "/signOnPolicies/*/actions");
        slow("existing", "/signOnPolicies/*/actions");
        rollOut(old, "creates", "creating", "own", newApplications("creating", ROWS, true), false);
        rollOut(old, "creates", "existing", "own", existingApplications("existing", ROWS), false);
        // What the lost reply was about cannot be told until all is well.
        environment(FAILING).fault(Map.of("method", "POST", "path", "/signOnPolicies", "effect", "drop", "when", "after", "times",
            Flow.values().length));
        turnAway(FAILING, "GET", "/signOnPolicies", 503);
        for (Flow flow : Flow.values()) {
            begin(old, "has lost a reply", FAILING, flow, Way.APPROVED, false);
        }
        await().until(() -> {
            Set<String> approvals = old.approvals().keySet();
            Set<String> incidents = old.incidents().keySet();
            for (Change each : changes) {
                boolean stands = switch (each.standing()) {
                    case "waits for approval" -> approvals.contains(each.id());
                    case "stands as an incident" -> incidents.contains(each.id());
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

    private void turnAway(String environment, String method, String path, int status) throws IOException {
        environment(environment).fault(Map.of("method", method, "path", path, "effect", "status", "status", status, "times", ALWAYS));
    }

    /** So that rows wait for a retry when the new version comes, and not only for their turn. */
    private void failAtTimes(String environment, String path) throws IOException {
        environment(environment).fault(Map.of("method", "POST", "path", path, "effect", "status", "status", 503, "probability", 0.3,
            "seed", 1, "times", ALWAYS));
    }

    private void slow(String environment, String path) throws IOException {
        environment(environment).fault(Map.of("method", "POST", "path", path, "effect", "delay", "delayMillis", CALL_MILLIS, "times",
            ALWAYS));
    }

    /** The new version is there: whether what was to be in its middle, or to wait for a retry, still is and does. */
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

    /** Begins a flow of each kind and a roll-out at each of the nodes. */
    void beginMore(String when, List<Engine> nodes) throws IOException {
        int number = 0;
        for (Engine node : nodes) {
            for (Flow flow : Flow.values()) {
                begin(node, "is begun " + when, WELL, flow, Way.APPROVED, false);
            }
            String environment = (nodes.size() > 1 ? "beside-" : "afterwards-") + ++number;
            rollOut(node, "is begun " + when, environment, "own", existingApplications(environment, ROWS / 2), false);
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
        String id = node.start(flow, named.key(), variables);
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

    /** All is well in PingOne from now on; people work at the nodes in turn, but leave what is to be decided on later. */
    void workUntilHalfHasEnded(List<Engine> nodes) throws IOException {
        repair();
        await().until(() -> work(nodes, false) > changes.size() / 2);
    }

    /** And now at what was left, too. */
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

    /** Stops the node, prints the table, and says what has not ended as it must. */
    List<String> judge(Engine node) throws IOException {
        Map<String, List<String>> violations = new HashMap<>();
        for (String environment : List.of(WELL, REFUSING, FAILING)) {
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
            newer one's models, %d at what its database connections had prepared before the newer one's columns were there.""".formatted(
            stage.database, unknown, attempts("%cached plan must not change result type%")),
            "what", "when the new version comes", "is to end as", "ended as", "approvals", "retries by a person", "violations");
        for (Change each : changes) {
            int retried = retries.getOrDefault(each.id(), 0);
            String ending = variables.get(each.id()).get("outcome");
            if (each.rollOut() != null) {
                violations.put(each.id(), RollOutInvariants.violations(stage, each.rollOut(), decided.get(each.id())));
                retried += each.rollOut().rows().stream().mapToInt(row -> retries.getOrDefault(row.instanceId(), 0)).sum();
                ending += " " + each.rollOut().states();
            }
            List<String> wrong = violations.computeIfAbsent(each.id(), id -> new ArrayList<>());
            if (!each.standing().equals("stands as an incident") && retried > 0) {
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
                .add("The older version failed at what it does not know %d times.".formatted(unknown));
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
