package org.signonflow.crash;

import org.signonflow.harness.Rest;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What must hold for every instance once all have ended, whatever happened to the engine, judged by the sandbox's state and ledger and by
 * the engine's history:
 *
 * <ol>
 * <li>I1: exactly one of each object if the instance is {@code COMPLETED}, and it is the one that the engine knows;
 * <li>I2: none if it ended otherwise, and nothing in PingOne touched that no instance created;
 * <li>I3: no assignment before a person's approval, and no deletion by an undo; an urgent one unassigns before it is declined, and
 * assigns after it;
 * <li>I4: it ended, and as expected;
 * <li>I5: a creating call reached PingOne once, a deleting one at most once more than there were crashes; calls refused by a fault of
 * the sandbox are not counted;
 * <li>I6: it is recorded as the change that the engine has it as; what a node of an earlier version left is corrected soon.
 * </ol>
 */
final class Invariants {

    private static final String ANY = "any";

    private final JsonNode before;
    private final JsonNode state;
    private final Map<String, List<JsonNode>> calls = new HashMap<>();
    private final Map<String, Map<String, String>> variables;
    private final Map<String, Instant> decisions;
    private final Map<String, String> incidents;
    private final Set<String> ended;
    private final Map<String, String> recorded;
    private final int deaths;
    private final Set<String> owned = new HashSet<>();

    private Invariants(JsonNode before, Rest control, Engine engine, Collection<String> instances, int deaths) throws IOException {
        this.before = before;
        state = control.get("/state");
        control.get("/ledger").forEach(entry -> {
            if (!entry.get("method").stringValue().equals("GET") && entry.hasNonNull("externalTransactionId")) {
                calls.computeIfAbsent(entry.get("externalTransactionId").stringValue(), id -> new ArrayList<>()).add(entry);
            }
        });
        variables = engine.variables(instances);
        decisions = engine.decisions();
        incidents = engine.incidents();
        ended = engine.ended(instances);
        recorded = engine.changes(known -> ended.stream().allMatch(id -> outcome(id).equals(known.get(id))));
        this.deaths = deaths;
    }

    /**
     * @param deaths how often the work of an instance may have been interrupted
     * @return violations, by instance; those that cannot be attributed to one are under the empty name
     */
    static Map<String, List<String>> violations(Stage stage, Engine engine, List<FlowRun> everyRun, int deaths) throws IOException {
        return violations(stage.before, stage.control, engine, everyRun, deaths);
    }

    /** The same for all flows in an environment, given what was in it before them. */
    static Map<String, List<String>> violations(JsonNode before, Rest control, Engine engine, List<FlowRun> everyRun, int deaths)
            throws IOException {
        Invariants invariants = new Invariants(before, control, engine, everyRun.stream().map(FlowRun::instanceId).toList(), deaths);
        Map<String, List<String>> violations = new LinkedHashMap<>();
        everyRun.forEach(run -> violations.put(run.instanceId(), invariants.of(run)));
        violations.put("", invariants.ofWhatWasThere());
        violations.values().removeIf(List::isEmpty);
        return violations;
    }

    private List<String> of(FlowRun run) {
        List<String> violations = new ArrayList<>();
        Map<String, String> known = variables.getOrDefault(run.instanceId(), Map.of());
        String outcome = known.get("outcome");
        if (incidents.containsKey(run.instanceId())) {
            violations.add("I4: has an incident at " + incidents.get(run.instanceId()));
        } else if (!ended.contains(run.instanceId())) {
            violations.add("I4: has not ended");
        } else if (!run.way().outcome.equals(outcome)) {
            violations.add("I4: ended as " + outcome + ", not " + run.way().outcome);
        }
        if (ended.contains(run.instanceId()) && !outcome(run.instanceId()).equals(recorded.get(run.instanceId()))) {
            violations.add("I6: ended as " + outcome + ", recorded as " + recorded.get(run.instanceId()));
        }
        boolean urgent = run.way() == CrashPoint.Way.URGENT_DECLINED;
        // Its undo knows those that it shows, and the change those that it had.
        UnaryOperator<String> ids = name -> urgent ? ANY : known.get(name);
        boolean completed = urgent || "COMPLETED".equals(outcome) && run.way() != CrashPoint.Way.UNDONE;
        if (run.flow() == Flow.MFA) {
            List<String> applications = live("applications", named(run.applicationName()));
            count(violations, "application", applications, completed, ids.apply("applicationId"));
            applications.forEach(id -> count(violations, "grant", live("grants", of("application", id)), completed, ids.apply("grantId")));
        }
        List<String> policies = live("signOnPolicies", named(run.policyName()));
        count(violations, "policy", policies, completed, ids.apply("policyId"));
        policies.forEach(id -> {
            count(violations, "action", live("actions", of("signOnPolicy", id)), completed, ids.apply("actionId"));
            count(violations, "assignment", live("signOnPolicyAssignments", of("signOnPolicy", id)), completed, ids.apply("assignmentId"));
        });
        List<JsonNode> sent = calls.getOrDefault(run.instanceId(), List.of());
        Instant decided = decisions.get(run.instanceId());
        boolean approved = "approve".equals(known.get("decision")) && decided != null;
        boolean mayAssign = urgent ? decided != null : approved;
        sent.stream().filter(call -> is(Call.ASSIGN_POLICY, call))
            .filter(call -> !mayAssign || Instant.parse(call.get("at").stringValue()).isBefore(decided)).findFirst()
            .ifPresent(call -> violations.add("I3: assigned at " + call.get("at") + ", approved " + (approved ? decided : "never")));
        if (run.way() == CrashPoint.Way.UNDONE) {
            sent.stream().filter(call -> !approved || Instant.parse(call.get("at").stringValue()).isBefore(decided)).findFirst()
                .ifPresent(call -> violations.add("I3: deleted at " + call.get("at") + ", approved " + (approved ? decided : "never")));
        }
        for (Call call : Call.values()) {
            long arrived = sent.stream().filter(each -> is(call, each))
                .filter(each -> !each.hasNonNull("fault") || each.get("committed").booleanValue()).count();
            long bound = call.method.equals("POST") ? 1 : 1 + deaths;
            if (arrived > bound) {
                violations.add("I5: " + call + " arrived " + arrived + " times");
            }
        }
        return violations;
    }

    private String outcome(String instance) {
        return String.valueOf(variables.getOrDefault(instance, Map.of()).get("outcome"));
    }

    /** I2: what existed before still exists, unchanged; and nothing exists that does not belong to a completed instance. */
    private List<String> ofWhatWasThere() {
        List<String> violations = new ArrayList<>();
        state.properties().forEach(kind -> {
            Map<String, JsonNode> then = byId(before.path(kind.getKey()));
            Map<String, JsonNode> now = byId(kind.getValue());
            then.forEach((id, object) -> {
                if (!object.equals(now.get(id))) {
                    violations.add("I2: was touched: " + object + ", now " + now.get(id));
                }
            });
            now.forEach((id, object) -> {
                if (!then.containsKey(id) && !owned.contains(id)) {
                    violations.add("I2: belongs to no completed instance: " + object);
                }
            });
        });
        return violations;
    }

    private void count(List<String> violations, String what, List<String> live, boolean completed, String known) {
        owned.addAll(live);
        if (live.size() != (completed ? 1 : 0)) {
            violations.add((completed ? "I1: " : "I2: ") + live.size() + " times " + what);
        } else if (completed && !ANY.equals(known) && !Objects.equals(live.get(0), known)) {
            violations.add("I1: the engine knows another " + what);
        }
    }

    private List<String> live(String kind, Predicate<JsonNode> which) {
        return stream(state.path(kind)).filter(which).map(object -> object.get("id").stringValue()).toList();
    }

    private static Predicate<JsonNode> named(String name) {
        return object -> name.equals(object.path("name").stringValue(null));
    }

    private static Predicate<JsonNode> of(String parent, String id) {
        return object -> id.equals(object.path(parent).path("id").stringValue(null));
    }

    private static boolean is(Call call, JsonNode entry) {
        return call.is(entry.get("method").stringValue(), entry.get("path").stringValue());
    }

    private static Map<String, JsonNode> byId(JsonNode objects) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        stream(objects).forEach(object -> byId.put(object.get("id").stringValue(), object));
        return byId;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
