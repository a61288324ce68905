package org.signonflow.faults;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.signonflow.harness.SandboxControl.Request;
import org.signonflow.harness.SandboxControl.Stored;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.signonflow.harness.SandboxControl;

/**
 * What must hold after every run, judged by the sandbox's ledger and state and by the engine's history, never by the journal.
 *
 * <ol>
 * <li>I1: at most one application, grant, policy, action and assignment per instance, created by at most one committed call; exactly one
 * when it is {@code COMPLETED}, and the one whose id the engine knows.
 * <li>I2: nothing left if it ended otherwise, and nothing touched that it did not create.
 * <li>I3: no assignment before a person's approval, where one is required.
 * <li>I4: it has ended with an outcome, or has an incident.
 * <li>I5: no more changing calls than {@link #ATTEMPTS} per step, plus one for each time that PingOne said "not now", and one for each
 * time that an operator retried; twice that for deletes, which settling and undo may both send.
 * </ol>
 */
final class Invariants {

    /** First attempt and retries of a job, as configured. */
    static final int ATTEMPTS = 7;

    private static final Set<Integer> NOT_NOW = Set.of(401, 403, 429);
    private static final Map<String, String> COLLECTIONS = Map.of(
        "applications", "/applications", "grants", "/applications/*/grants", "signOnPolicies", "/signOnPolicies",
        "actions", "/signOnPolicies/*/actions", "signOnPolicyAssignments", "/applications/*/signOnPolicyAssignments");
    private static final Map<String, String> VARIABLES = Map.of(
        "applications", "applicationId", "grants", "grantId", "signOnPolicies", "policyId", "actions", "actionId",
        "signOnPolicyAssignments", "assignmentId");

    private final SandboxControl sandbox;
    private final Map<String, Stored> before;

    /** Remembers what exists before the flows start. */
    Invariants(SandboxControl sandbox) {
        this.sandbox = sandbox;
        this.before = sandbox.objectsById();
    }

    /** The findings: sentences per flow, those that no particular flow is to blame for, and the requests of each flow. */
    record Findings(Map<Flow, List<String>> byFlow, List<String> general, Map<Flow, List<Request>> requests) {

        long passed() {
            return byFlow.values().stream().filter(List::isEmpty).count();
        }

        List<String> all() {
            List<String> all = new ArrayList<>(general);
            byFlow.forEach((flow, problems) -> problems.forEach(problem ->
                all.add("%s %s: %s\n    %s".formatted(flow.process(), flow.instanceId(), problem,
                    requests.get(flow).stream().map(Request::toString).collect(Collectors.joining("\n    "))))));
            return all;
        }

        /** How many requests of this kind a flow has sent. */
        long count(Flow flow, String method, String path) {
            return requests.get(flow).stream().filter(request -> request.isA(method, path)).count();
        }

        /** Calls per flow in ascending order. */
        List<Integer> calls() {
            return requests.values().stream().map(List::size).sorted().toList();
        }

        String callStatistics() {
            return statistics(calls());
        }
    }

    /** Mean, 95th percentile and maximum of sorted numbers. */
    static String statistics(List<Integer> ascending) {
        return "%.1f / %d / %d".formatted(ascending.stream().mapToInt(Integer::intValue).average().orElse(0),
            ascending.get((int) Math.ceil(ascending.size() * 0.95) - 1), ascending.get(ascending.size() - 1));
    }

    Findings check(Flows flows) {
        Map<String, Stored> after = sandbox.objectsById();
        Map<String, List<Request>> ledger = sandbox.ledger().stream().filter(request -> request.instanceId() != null)
            .collect(Collectors.groupingBy(Request::instanceId));
        Set<String> running = flows.running();
        Set<String> incidents = flows.incidents().keySet();
        Set<String> explained = new HashSet<>(before.keySet());
        Map<Flow, List<String>> byFlow = new HashMap<>();
        Map<Flow, List<Request>> requests = new HashMap<>();
        for (Flow flow : flows.all()) {
            List<String> problems = new ArrayList<>();
            List<Request> sent = ledger.getOrDefault(flow.instanceId(), List.of());
            Map<String, Object> variables = flows.variables(flow);
            Map<String, List<String>> made = made(flow, after, sent);
            made.values().forEach(explained::addAll);

            boolean ended = !running.contains(flow.instanceId());
            if (!ended && !incidents.contains(flow.instanceId())) {
                problems.add("I4: has neither ended nor an incident");
            } else if (ended && variables.get("outcome") == null) {
                problems.add("I4: ended without an outcome");
            }
            checkObjects(flow, ended, variables, made, sent, problems);
            checkApproval(flow, sent, flows.engine().getHistoryService(), variables, problems);
            checkBound(sent, flows.retriesByOperator(flow), problems);
            byFlow.put(flow, problems);
            requests.put(flow, sent);
        }
        List<String> general = new ArrayList<>();
        before.forEach((id, stored) -> {
            if (!stored.equals(after.get(id))) {
                general.add("I2: touched " + stored + ", now " + after.get(id));
            }
        });
        after.forEach((id, stored) -> {
            if (!explained.contains(id)) {
                general.add("I2: belongs to no flow: " + stored);
            }
        });
        return new Findings(byFlow, general, requests);
    }

    /** The ids of the flow's objects by collection. */
    private Map<String, List<String>> made(Flow flow, Map<String, Stored> after, List<Request> sent) {
        boolean hasMadePolicy = sent.stream().anyMatch(request -> request.committed() && request.isA("POST", "/signOnPolicies"));
        List<Stored> fresh = after.values().stream().filter(stored -> !before.containsKey(stored.id())).toList();
        List<String> applications = ids(fresh, "applications", stored -> flow.instanceId().equals(stored.text("externalId")));
        List<String> policies = ids(fresh, "signOnPolicies",
            stored -> hasMadePolicy && flow.policyName().equals(stored.text("name")));
        return Map.of("applications", applications, "signOnPolicies", policies,
            "grants", ids(fresh, "grants", stored -> applications.contains(stored.text("application.id"))),
            "actions", ids(fresh, "actions", stored -> policies.contains(stored.text("signOnPolicy.id"))),
            "signOnPolicyAssignments", ids(fresh, "signOnPolicyAssignments", stored -> policies.contains(stored.text("signOnPolicy.id"))));
    }

    private static List<String> ids(Collection<Stored> objects, String collection, Predicate<Stored> condition) {
        return objects.stream().filter(stored -> stored.collection().equals(collection)).filter(condition).map(Stored::id).toList();
    }

    private static void checkObjects(Flow flow, boolean ended, Map<String, Object> variables, Map<String, List<String>> made,
                                     List<Request> sent, List<String> problems) {
        boolean completed = ended && "COMPLETED".equals(variables.get("outcome"));
        made.forEach((collection, ids) -> {
            boolean applies = flow.isMfa() || !Set.of("applications", "grants").contains(collection);
            if (ids.size() > 1 || completed && applies && ids.isEmpty()) {
                problems.add("I1: has %d %s".formatted(ids.size(), collection));
            } else if (completed && applies && !ids.get(0).equals(variables.get(VARIABLES.get(collection)))) {
                problems.add("I1: the engine knows another of the " + collection);
            } else if (ended && !completed && !ids.isEmpty()) {
                problems.add("I2: %s, but left one of the %s".formatted(variables.get("outcome"), collection));
            }
            long committed = sent.stream().filter(Request::committed)
                .filter(request -> request.isA("POST", COLLECTIONS.get(collection))).count();
            if (committed > 1) {
                problems.add("I1: created one of the %s %d times".formatted(collection, committed));
            }
        });
    }

    private static void checkApproval(Flow flow, List<Request> sent, HistoryService history, Map<String, Object> variables,
                                      List<String> problems) {
        if (flow.plan() == Flow.Plan.NO_APPROVAL_NEEDED) {
            return;
        }
        Instant approved = "approve".equals(variables.get("decision"))
            ? history.createHistoricTaskInstanceQuery().processInstanceId(flow.instanceId()).finished().list().stream()
                .map(HistoricTaskInstance::getEndTime).map(date -> Instant.ofEpochMilli(date.getTime())).min(Instant::compareTo)
                .orElse(Instant.MAX)
            : Instant.MAX;
        if (sent.stream().anyMatch(request -> request.isA("POST", COLLECTIONS.get("signOnPolicyAssignments"))
            && request.at().isBefore(approved))) {
            problems.add("I3: assigned the policy before it was approved");
        }
    }

    private static void checkBound(List<Request> sent, int retriesByOperator, List<String> problems) {
        Map<String, List<Request>> bySort = sent.stream().filter(request -> !request.method().equals("GET"))
            .collect(Collectors.groupingBy(request -> request.method() + " "
                + (request.method().equals("POST") ? COLLECTIONS.values().stream().filter(path -> request.isA("POST", path))
                .findFirst().orElse(request.path()) : request.path())));
        // An undo resends all its deletes if one of them was not carried out.
        long notNowDeletes = sent.stream().filter(request -> request.method().equals("DELETE")).filter(Invariants::saidNotNow).count();
        bySort.forEach((sort, calls) -> {
            long bound = retriesByOperator + (sort.startsWith("DELETE") ? 2 * ATTEMPTS + notNowDeletes
                : ATTEMPTS + calls.stream().filter(Invariants::saidNotNow).count());
            if (calls.size() > bound) {
                problems.add("I5: %d times %s, at most %d allowed".formatted(calls.size(), sort, bound));
            }
        });
    }

    private static boolean saidNotNow(Request request) {
        return NOT_NOW.contains(request.status());
    }
}
