package org.signonflow.crash;

import org.signonflow.crash.RollOutRun.Row;
import org.signonflow.crash.RollOutStage.Environment;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What must hold for a roll-out that has ended, whatever happened on the way, judged by its report and by the states and ledgers of the
 * sandboxes that no other roll-out uses:
 *
 * <ol>
 * <li>every row has the state that its instance's outcome implies;
 * <li>the new objects in the sandboxes are exactly those that the report gives for the completed rows, each once and in its place;
 * what existed before is unchanged;
 * <li>no call has created anything twice, though all that had to be were repeated;
 * <li>nothing was assigned before a person approved.
 * </ol>
 */
final class RollOutInvariants {

    private static final Set<String> ENDS = Set.of("COMPLETED", "REJECTED", "ROLLED_BACK");

    private final List<String> violations = new ArrayList<>();

    private RollOutInvariants() {
    }

    /** @param approved null if nobody has */
    static List<String> violations(RollOutStage stage, RollOutRun run, Instant approved) throws IOException {
        RollOutInvariants invariants = new RollOutInvariants();
        List<Row> rows = run.rows();
        rows.forEach(invariants::checkEnd);
        for (Map.Entry<String, Environment> environment : stage.environments.entrySet()) {
            List<Row> here = rows.stream().filter(row -> row.environment().equals(environment.getKey())).toList();
            if (here.isEmpty()) {
                continue;
            }
            invariants.checkObjects(here, environment.getValue().before(), environment.getValue().state());
            invariants.checkCalls(environment.getValue().ledger(), approved);
        }
        return invariants.violations;
    }

    private void checkEnd(Row row) {
        if (row.state().equals("LEFT_OUT") ? row.instanceId() != null : row.running() || !ENDS.contains(row.state())
            || !row.state().equals(row.outcome())) {
            violations.add("State does not match the outcome of its instance: " + row);
        }
    }

    private void checkObjects(List<Row> rows, JsonNode before, JsonNode now) {
        Map<String, Map<String, JsonNode>> fresh = new HashMap<>();
        now.properties().forEach(kind -> {
            Map<String, JsonNode> then = byId(before.path(kind.getKey()));
            Map<String, JsonNode> objects = byId(kind.getValue());
            then.forEach((id, object) -> {
                if (!object.equals(objects.remove(id))) {
                    violations.add("Existed before, and was touched: " + object);
                }
            });
            fresh.put(kind.getKey(), objects);
        });
        for (Row row : rows) {
            if (row.state().equals("COMPLETED")) {
                boolean makesPolicy = row.isSharedPolicy() || row.request().path("policy").asString("own").equals("own");
                if (makesPolicy) {
                    take(fresh, "signOnPolicies", row.policyId(), row, of("name", row.request().get("policyName").stringValue()));
                    take(fresh, "actions", row.actionId(), row, of("signOnPolicy.id", row.policyId()));
                }
                if (row.makesApplication()) {
                    take(fresh, "applications", row.applicationId(), row, of("externalId", row.instanceId())
                        .and(of("name", row.request().get("applicationName").stringValue())));
                    take(fresh, "grants", row.grantId(), row, of("application.id", row.applicationId()));
                }
                if (!row.isSharedPolicy()) {
                    take(fresh, "signOnPolicyAssignments", row.assignmentId(), row, of("application.id", row.applicationId())
                        .and(of("signOnPolicy.id", row.policyId())));
                }
            }
        }
        fresh.forEach((kind, objects) -> objects.values().forEach(object -> violations.add("Belongs to no row: " + object)));
    }

    private void take(Map<String, Map<String, JsonNode>> fresh, String kind, String id, Row row, Predicate<JsonNode> asReported) {
        JsonNode object = fresh.get(kind).remove(id);
        if (object == null || !asReported.test(object)) {
            violations.add("PingOne's " + kind + " has " + object + ", but the report has " + row);
        }
    }

    private void checkCalls(JsonNode ledger, Instant approved) {
        Set<String> made = new HashSet<>();
        for (JsonNode call : ledger) {
            String path = call.get("path").stringValue();
            if (call.get("method").stringValue().equals("POST") && call.hasNonNull("externalTransactionId")) {
                if (call.get("committed").booleanValue() && !made.add(call.get("externalTransactionId").stringValue() + path)) {
                    violations.add("Was created twice: " + call);
                }
                if (path.endsWith("/signOnPolicyAssignments")
                    && (approved == null || Instant.parse(call.get("at").stringValue()).isBefore(approved))) {
                    violations.add("Was assigned before it was approved: " + call);
                }
            }
        }
    }

    /** @param path with dots between the names */
    private static Predicate<JsonNode> of(String path, String value) {
        return object -> value.equals(object.at("/" + path.replace('.', '/')).stringValue());
    }

    private static Map<String, JsonNode> byId(JsonNode objects) {
        Map<String, JsonNode> byId = new HashMap<>();
        objects.forEach(object -> byId.put(object.get("id").stringValue(), object));
        return byId;
    }
}
