package org.signonflow.rollout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.Part;
import org.signonflow.change.Requested;
import org.signonflow.change.SecondLook;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.Resource;
import org.signonflow.pingone.Scope;
import org.signonflow.pingone.SignOnPolicy;
import org.springframework.stereotype.Component;

import static org.signonflow.change.FlowVariables.APPLICATION_ID;
import static org.signonflow.change.FlowVariables.APPLICATION_NAME;
import static org.signonflow.change.FlowVariables.ASSIGNMENT_PRIORITY;
import static org.signonflow.change.FlowVariables.AUTHENTICATORS;
import static org.signonflow.change.FlowVariables.BUNDLE_ID;
import static org.signonflow.change.FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID;
import static org.signonflow.change.FlowVariables.ENVIRONMENT;
import static org.signonflow.change.FlowVariables.PACKAGE_NAME;
import static org.signonflow.change.FlowVariables.POLICY_NAME;
import static org.signonflow.change.FlowVariables.SCOPES;

/** Reads what PingOne has and works out what a roll-out will do there. */
@Component
public class Planner {

    private static final SignOnPolicy NO_POLICY = new SignOnPolicy(null, null, null, false, null);

    private final PingOneEnvironments environments;
    private final PlatformLimits limits;
    private final CallBudget budget;

    Planner(PingOneEnvironments environments, PlatformLimits limits, CallBudget budget) {
        this.environments = environments;
        this.limits = limits;
        this.budget = budget;
    }

    /**
     * Only reads; changes nothing.
     *
     * @param requests      as read from the list or from stored rows
     * @param transactionId the external transaction id of the calls; null for none
     * @throws org.signonflow.pingone.PingOneException if an environment does not answer
     */
    public Plan plan(List<Request> requests, String transactionId) {
        Map<String, List<Request>> byEnvironment = requests.stream()
            .collect(Collectors.groupingBy(request -> request.values().get(ENVIRONMENT), LinkedHashMap::new, Collectors.toList()));
        Problems problems = new Problems();
        Problems warnings = new Problems();
        List<Plan.Environment> plans = byEnvironment.entrySet().stream().map(entry -> {
            PingOneClient pingone = environments.client(entry.getKey()).withTransaction(transactionId);
            try {
                return new Survey(entry.getKey(), entry.getValue(), pingone, problems, warnings).plan();
            } finally {
                budget.spent(entry.getKey(), pingone.callsSent());
            }
        }).toList();
        return new Plan((int) requests.stream().filter(request -> !request.isSharedPolicy()).count(),
            plans.stream().mapToInt(Plan.Environment::calls).sum(), seconds(plans), plans, problems.first(), problems.more(),
            warnings.first(), warnings.more());
    }

    /**
     * Works out what a single flow will do. Only reads.
     *
     * @param request       as completed by {@link RollOutList#one}
     * @param priorityGiven whether the requester chose the assignment's priority
     * @param approval      whether the flow waits for approval
     * @throws org.signonflow.pingone.PingOneException if the environment does not answer
     */
    public Preview preview(Flow flow, Request request, boolean priorityGiven, boolean approval) {
        Map<String, String> values = request.values();
        Plan plan = plan(List.of(request), null);
        Plan.Environment there = plan.environments().get(0);
        List<String> problems = texts(plan.problems());
        Map<String, String> found = there.found().getOrDefault(request.line(), Map.of());
        TakesEffect requested = Requested.of(name -> name.equals(Found.APPLICATION_TYPE) ? found.get(name) : values.get(name), flow);
        TakesEffect data = requested;
        if (!flow.makesApplication() && !found.isEmpty()) {
            data = withAssignments(requested, there);
            if (!approval && !priorityGiven && !data.atSamePriority().isEmpty()) {
                problems.add("assignmentPriority: %d, the default, is already taken on this application. Choose a free one."
                    .formatted(data.priority()));
            }
        }
        int calls = flow.makesApplication() ? 7 + (approval ? 5 : 0) : 4 + (approval ? 6 : priorityGiven ? 0 : 2);
        Map<String, String> shown = new LinkedHashMap<>(values);
        shown.remove(FlowVariables.POLICY);
        List<String> warnings = texts(plan.warnings());
        if (!approval) {
            warnings.add(0, "It takes effect at once: this installation allows that without another person's approval.");
        }
        return new Preview(flow.key(), shown, creates(flow, values, found.get(Found.APPLICATION_NAME)), InWords.now(data),
            InWords.after(data), SecondLook.marks(data), calls, problems, warnings);
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Problem::sentence).collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> creates(Flow flow, Map<String, String> values, String existing) {
        List<String> creates = new ArrayList<>();
        if (flow.makesApplication()) {
            creates.add("the native application " + values.get(APPLICATION_NAME));
            creates.add("a grant of the scopes " + String.join(", ", FlowVariables.split(values.get(SCOPES))));
        }
        creates.add("the sign-on policy " + values.get(POLICY_NAME));
        String devices = values.get(DEVICE_AUTHENTICATION_POLICY_ID);
        creates.add("its MFA action, with " + (devices == null
            ? "the authenticators " + InWords.value(AUTHENTICATORS, values.getOrDefault(AUTHENTICATORS, ""))
            : "the device authentication policy " + devices));
        creates.add("the assignment of the policy%s, with priority %s".formatted(existing == null ? "" : " to " + existing,
            values.get(ASSIGNMENT_PRIORITY)));
        return creates;
    }

    /** How the users of an existing application sign on now. */
    private TakesEffect withAssignments(TakesEffect requested, Plan.Environment there) {
        PingOneClient pingone = environments.client(there.environment()).withTransaction(null);
        try {
            List<SignOnPolicy> policies = there.facts().policies().entrySet().stream().map(policy -> new SignOnPolicy(policy.getKey(),
                policy.getValue(), null, policy.getKey().equals(there.facts().found().get(Found.DEFAULT_POLICY_ID)), null)).toList();
            List<Assigned> besides = Assigned.besides(null, pingone.listAssignments(requested.application().id()), policies);
            return new TakesEffect(requested.application(), null, requested.policy(), requested.actions(), requested.priority(), besides,
                besides.isEmpty() ? SignOnPolicy.defaultOf(policies) : null);
        } finally {
            budget.spent(there.environment(), pingone.callsSent());
        }
    }

    /** Different budgets are used in parallel. */
    private long seconds(List<Plan.Environment> plans) {
        Map<String, Double> minutes = new LinkedHashMap<>();
        for (Plan.Environment plan : plans) {
            double rate = budget.perMinute(plan.environment());
            if (rate > 0) {
                minutes.merge(budget.of(plan.environment()), plan.calls() / rate, Double::sum);
            }
        }
        return (long) Math.ceil(60 * minutes.values().stream().mapToDouble(Double::doubleValue).max().orElse(0));
    }

    /** The survey of one environment. */
    private final class Survey {

        private final String environment;
        private final List<Request> requests;
        private final PingOneClient pingone;
        private final Problems problems;
        private final Problems warnings;

        private Survey(String environment, List<Request> requests, PingOneClient pingone, Problems problems, Problems warnings) {
            this.environment = environment;
            this.requests = requests;
            this.pingone = pingone;
            this.problems = problems;
            this.warnings = warnings;
        }

        private Plan.Environment plan() {
            List<Application> applications = pingone.listApplications();
            Set<String> ids = all(applications, Application::id);
            List<SignOnPolicy> policyList = pingone.listSignOnPolicies();
            int listCalls = pingone.callsSent();
            Map<String, String> policies = byName(policyList, SignOnPolicy::name, SignOnPolicy::id);
            List<Request> newApplications = requests.stream().filter(Request::makesApplication).toList();
            List<Request> newPolicies = requests.stream().filter(Request::makesPolicy).toList();
            Map<String, String> scopes = new LinkedHashMap<>();
            String openid = newApplications.isEmpty() ? null : findScopes(newApplications, scopes);

            find(newApplications, BUNDLE_ID, all(applications, Application::bundleId)::contains, problems, "is already in use in %s.");
            find(newApplications, PACKAGE_NAME, all(applications, Application::packageName)::contains, problems,
                "is already in use in %s.");
            find(newPolicies, POLICY_NAME, policies::containsKey, problems, "is already in use in %s.");
            find(requests, APPLICATION_ID, id -> !ids.contains(id), problems, "does not exist in %s.");
            find(newApplications, APPLICATION_NAME, all(applications, Application::name)::contains, warnings,
                "is also the name of an existing application in %s, which PingOne allows.");
            String existingPolicy = requests.stream().filter(Request::usesExistingPolicy).map(request -> request.values().get(POLICY_NAME))
                .findFirst().orElse(null);
            if (existingPolicy != null && !policies.containsKey(existingPolicy)) {
                problems.add(0, POLICY_NAME, "does not exist in %s.".formatted(environment));
            }
            checkLimit("applications", applications.size(), newApplications.size(), limits.applications());
            checkLimit("sign-on policies", policies.size(), newPolicies.size(), limits.policies());

            Map<String, String> found = new LinkedHashMap<>(Map.of(Found.LIST_CALLS, String.valueOf(listCalls)));
            Optional.ofNullable(SignOnPolicy.defaultOf(policyList)).ifPresent(policy -> found.put(Found.DEFAULT_POLICY_ID, policy.id()));
            SignOnPolicy existing = policyList.stream().filter(policy -> Objects.equals(policy.name(), existingPolicy)).findFirst()
                .orElse(null);
            if (existing != null) {
                find(existing, found);
            }
            return new Plan.Environment(environment, newApplications.size(), applications.size(), limits.applications(), newPolicies.size(),
                policies.size(), limits.policies(), calls(newApplications.size(), newPolicies.size(), existing != null, listCalls),
                new EnvironmentLookup(environment, openid, scopes, existing == null ? null : existing.id(), names(policyList), found),
                found(applications));
        }

        /** The calls if nothing has to be repeated: for the plan, for creating and assigning, and for the checks before that. */
        private int calls(int newApplications, int newPolicies, boolean existingPolicy, int listCalls) {
            int rows = (int) requests.stream().filter(request -> !request.isSharedPolicy()).count();
            boolean own = newPolicies > 0 && requests.stream().noneMatch(Request::isSharedPolicy);
            int plan = 2 + (newApplications > 0 ? 2 : 0) + (existingPolicy ? 1 : 0);
            int assignmentsShown = newApplications > 0 ? 0 : rows;
            int looksOfRows = rows * (1 + (newApplications > 0 ? 1 : 0) + (own ? 1 : 0));
            int looksForAll = RecheckPlan.byLists(rows, own, listCalls) ? 2 + (own ? 0 : 1) : RecheckPlan.callsByRows(rows, own);
            return plan + 2 * newApplications + 2 * newPolicies + assignmentsShown + looksOfRows + looksForAll + rows;
        }

        /** What an existing policy does, since the request does not say. */
        private void find(SignOnPolicy policy, Map<String, String> found) {
            TakesEffect data = new TakesEffect(Application.unread(null), null, policy, pingone.listActions(policy.id()), 1, List.of(), null);
            if (policy.description() != null) {
                found.put(Found.POLICY_DESCRIPTION, policy.description());
            }
            found.put(Found.POLICY_ACTIONS, InWords.actions(data));
            found.put(Found.DIGESTS, Digests.of(policy, data.actions()).toString());
            found.put(Found.SECOND_LOOK, String.join("\n", SecondLook.marks(data)));
        }

        /** What the existing applications are, by line. */
        private Map<Integer, Map<String, String>> found(List<Application> applications) {
            Map<String, Application> byId = applications.stream()
                .collect(Collectors.toMap(Application::id, Function.identity(), (first, second) -> first));
            Map<Integer, Map<String, String>> found = new LinkedHashMap<>();
            for (Request request : requests) {
                Application application = byId.get(request.values().get(APPLICATION_ID));
                if (application != null) {
                    TakesEffect data = new TakesEffect(application, null, NO_POLICY, List.of(), 1, List.of(), null);
                    Map<String, String> one = new LinkedHashMap<>(Map.of(Found.APPLICATION_NAME, String.valueOf(application.name()),
                        Found.DIGESTS, Digests.of(data).only(Part.APPLICATION).toString()));
                    if (application.type() != null) {
                        one.put(Found.APPLICATION_TYPE, application.type());
                    }
                    found.put(request.line(), one);
                }
            }
            return found;
        }

        /** The id of the resource openid; adds the ids of the requested scopes. */
        private String findScopes(List<Request> newApplications, Map<String, String> ids) {
            String openid = byName(pingone.listResources(), Resource::name, Resource::id).get("openid");
            if (openid == null) {
                problems.add(0, SCOPES, "cannot be granted in %s, which has no resource named openid.".formatted(environment));
                return null;
            }
            Map<String, String> there = byName(pingone.listScopes(openid), Scope::name, Scope::id);
            Set<String> missing = new HashSet<>();
            for (Request request : newApplications) {
                for (String scope : FlowVariables.split(request.values().get(SCOPES))) {
                    String id = there.get(scope);
                    if (id != null) {
                        ids.put(scope, id);
                    } else if (missing.add(scope)) {
                        problems.add(request.line(), SCOPES, "names %s, which is not a scope of the resource openid in %s."
                            .formatted(Columns.printable(scope), environment));
                    }
                }
            }
            return openid;
        }

        private void find(List<Request> among, String column, Predicate<String> which, Problems into, String reason) {
            for (Request request : among) {
                String text = request.values().get(column);
                if (text != null && which.test(text)) {
                    into.add(Math.max(0, request.line()), column, reason.formatted(environment));
                }
            }
        }

        private void checkLimit(String what, int there, int more, int most) {
            if (more > 0 && there + more > most) {
                problems.add(0, null, "%s would have %,d %s, but PingOne allows only %,d.".formatted(environment, there + more, what,
                    most));
            }
        }
    }

    private static <T> Map<String, String> byName(List<T> items, Function<T, String> name, Function<T, String> id) {
        return items.stream().filter(item -> name.apply(item) != null)
            .collect(Collectors.toMap(name, id, (first, second) -> first, LinkedHashMap::new));
    }

    private static Map<String, String> names(List<SignOnPolicy> policies) {
        return byName(policies.stream().filter(policy -> policy.name() != null).toList(), SignOnPolicy::id, SignOnPolicy::name);
    }

    private static Set<String> all(List<Application> applications, Function<Application, String> what) {
        return applications.stream().map(what).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
