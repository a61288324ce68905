package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Granted;
import org.signonflow.change.InWords;
import org.signonflow.change.Part;
import org.signonflow.change.Requested;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.Scope;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.CallsWithinLock;
import org.signonflow.process.approval.FlowApproval;
import org.signonflow.rollout.CallBudget;
import org.signonflow.rollout.EnvironmentLookup;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.RecheckPlan;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Verifies that PingOne matches what was approved for the rows of a roll-out: in bulk, for many rows at once, as far as PingOne's lists
 * tell; and the rest, or all of it, for each row right before it is assigned.
 */
@Component
class RowVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(RowVerifier.class);
    private static final int ROWS_AT_A_TIME = 500;
    private static final SignOnPolicy UNREAD_POLICY = new SignOnPolicy(null, null, null, false, null);

    private final RollOuts rollOuts;
    private final CallBudget budget;
    private final CallsWithinLock withinLock;
    private final Clock clock;
    private final Duration trust;

    /**
     * @param lockTime a step whose node died is restarted only after this time: a more recent verification was made for this very attempt
     */
    RowVerifier(RollOuts rollOuts, CallBudget budget, CallsWithinLock withinLock, Clock clock,
            @Value("${camunda.bpm.job-execution.lock-time-in-millis}") long lockTime) {
        this.rollOuts = rollOuts;
        this.budget = budget;
        this.withinLock = withinLock;
        this.clock = clock;
        this.trust = FlowApproval.trust(lockTime);
    }

    /** How many calls a row makes to verify what the lists have not. */
    static int calls(VariableScope row) {
        return 1 + (text(row, FlowVariables.GRANT_ID) != null ? 1 : 0) + (text(row, FlowVariables.ACTION_ID) != null ? 1 : 0);
    }

    /** Whether another bulk verification is due: a row that is sent on its way needs some time to be assigned. */
    boolean isDue(Instant lookedAt) {
        return lookedAt == null || lookedAt.isBefore(clock.instant().minus(trust.dividedBy(2)));
    }

    /**
     * Verifies all ready rows in bulk if that takes fewer calls than verifying each. Rows that differ from what was approved are verified
     * one by one, which reports the changes; so are all rows if PingOne does not answer.
     */
    void byLists(String rollOutId) {
        for (EnvironmentLookup facts : rollOuts.facts(rollOutId).values()) {
            PingOneClient pingone = withinLock.client(facts.environment(), rollOutId);
            try {
                byLists(rollOutId, facts, pingone);
            } catch (PingOneException notNow) {
                LOG.info("The rows of roll-out {} are checked one by one: {}", rollOutId, notNow.getMessage());
            } finally {
                budget.spent(facts.environment(), pingone.callsSent());
            }
        }
    }

    private void byLists(String rollOutId, EnvironmentLookup facts, PingOneClient pingone) {
        Row shared = sharedPolicy(rollOutId, facts.environment());
        List<Row> rows = ready(rollOutId, facts.environment());
        boolean own = shared == null && facts.policyId() == null;
        if (!RecheckPlan.byLists(rows.size(), own, facts.listCalls())) {
            return;
        }
        Instant now = clock.instant();
        Map<String, Application> applications = byId(pingone.listApplications(), Application::id);
        List<SignOnPolicy> policies = pingone.listSignOnPolicies();
        Map<String, SignOnPolicy> policiesById = byId(policies, SignOnPolicy::id);
        Map<String, List<Action>> actions = new HashMap<>();
        List<Integer> asShown = new ArrayList<>();
        for (Row row : rows) {
            String policyId = row.ids().get(FlowVariables.POLICY_ID);
            Application application = applications.get(row.ids().get(FlowVariables.APPLICATION_ID));
            SignOnPolicy policy = policiesById.get(policyId);
            if (application != null && policy != null) {
                List<Action> read = own ? List.of() : actions.computeIfAbsent(policyId, pingone::listActions);
                TakesEffect found = new TakesEffect(application, null, policy, read, 1, List.of(), SignOnPolicy.defaultOf(policies));
                if (approved(row, values(row, facts), shared, facts).only(listed(own)).changedIn(digests(found, own)).isEmpty()) {
                    asShown.add(row.line());
                }
            }
        }
        rollOuts.lookedAt(rollOutId, asShown, now);
    }

    /**
     * Verifies one row.
     *
     * @param values  the row's variables as they would take effect
     * @param trusted whether the last bulk verification counts: nothing has failed since, as far as the caller knows
     * @return a sentence for each change; null if everything is as approved
     */
    String changes(Row row, UnaryOperator<String> values, boolean trusted, PingOneClient pingone) {
        EnvironmentLookup facts = rollOuts.facts(row.rollOutId()).get(values.apply(FlowVariables.ENVIRONMENT));
        Row shared = sharedPolicy(row.rollOutId(), facts.environment());
        boolean own = shared == null && facts.policyId() == null;
        Digests approved = approved(row, values, shared, facts);
        Set<Part> parts = EnumSet.allOf(Part.class);
        if (trusted && row.lookedAt() != null && row.lookedAt().isAfter(clock.instant().minus(trust))) {
            parts.removeAll(Set.of(listed(own)));
        }
        TakesEffect now = read(values, parts, approved, facts, pingone);
        Set<Part> changed = approved.only(parts.toArray(Part[]::new)).changedIn(digests(now, own));
        return changed.isEmpty() ? null : InWords.changed(changed, now);
    }

    private TakesEffect read(UnaryOperator<String> values, Set<Part> parts, Digests approved, EnvironmentLookup facts,
                             PingOneClient pingone) {
        String applicationId = values.apply(FlowVariables.APPLICATION_ID);
        String policyId = values.apply(FlowVariables.POLICY_ID);
        Application application = parts.contains(Part.APPLICATION) ? pingone.readApplication(applicationId)
            : Application.unread(applicationId);
        List<Granted> grants = values.apply(FlowVariables.GRANT_ID) == null ? null : pingone.listGrants(applicationId).stream()
            .map(grant -> new Granted(grant.resourceId(), grant.scopeIds().stream().map(id -> new Scope(id, name(id, facts))).toList()))
            .toList();
        boolean readsDefault = parts.contains(Part.DEFAULT_POLICY) && !approved.only(Part.DEFAULT_POLICY).toString().isEmpty();
        List<SignOnPolicy> policies = readsDefault ? pingone.listSignOnPolicies() : List.of();
        SignOnPolicy policy = !parts.contains(Part.POLICY) ? UNREAD_POLICY : policies.stream().filter(one -> one.id().equals(policyId))
            .findFirst().orElseGet(() -> pingone.readSignOnPolicy(policyId));
        List<Action> actions = parts.contains(Part.ACTIONS) ? pingone.listActions(policyId) : List.of();
        List<Assignment> assignments = pingone.listAssignments(applicationId);
        // The row's own assignment does not exist yet: if the same policy is assigned, it was not by this row.
        return new TakesEffect(application, grants, policy, actions, priority(values),
            Assigned.besides(null, assignments, facts.listPolicies()), SignOnPolicy.defaultOf(policies));
    }

    /** What was approved: what was requested, and for objects that the roll-out did not create, what was found. */
    private static Digests approved(Row row, UnaryOperator<String> values, Row shared, EnvironmentLookup facts) {
        boolean isNew = values.apply(FlowVariables.GRANT_ID) != null;
        Digests approved = Digests.of(Requested.of(values, Flow.ofRow(isNew)));
        if (!isNew) {
            approved = without(approved, Part.APPLICATION, Part.ASSIGNMENTS).with(Digests.parse(row.found().get(Found.DIGESTS)));
        }
        if (shared != null) {
            Digests policy = Digests.of(Requested.of(values(shared, facts), Flow.ofRow(false)));
            approved = approved.with(policy.only(Part.POLICY, Part.ACTIONS));
        } else if (facts.policyId() != null) {
            approved = without(approved, Part.POLICY, Part.ACTIONS).with(Digests.parse(facts.found().get(Found.DIGESTS)));
        }
        return approved;
    }

    private static Digests digests(TakesEffect found, boolean own) {
        return own ? Digests.of(found) : Digests.of(found).with(Digests.of(found.policy(), found.actions()));
    }

    private static Digests without(Digests digests, Part one, Part other) {
        return digests.only(EnumSet.complementOf(EnumSet.of(one, other)).toArray(Part[]::new));
    }

    private static Part[] listed(boolean own) {
        return own ? new Part[] {Part.APPLICATION, Part.POLICY, Part.DEFAULT_POLICY}
            : new Part[] {Part.APPLICATION, Part.POLICY, Part.DEFAULT_POLICY, Part.ACTIONS};
    }

    /** A row's values by the names of the flow variables. */
    private static UnaryOperator<String> values(Row row, EnvironmentLookup facts) {
        Map<String, String> values = new HashMap<>(row.request());
        values.putAll(row.ids());
        values.putIfAbsent(FlowVariables.ASSIGNMENT_PRIORITY, "1");
        values.put(FlowVariables.OPENID_RESOURCE_ID, facts.openidResourceId());
        values.put(FlowVariables.SCOPE_IDS, FlowVariables.split(row.request().get(FlowVariables.SCOPES)).stream()
            .map(facts.scopeIds()::get).collect(Collectors.joining(",")));
        return values::get;
    }

    private List<Row> ready(String rollOutId, String environment) {
        List<Row> ready = new ArrayList<>();
        List<Row> page = rollOuts.rows(rollOutId, RowState.READY, null, 0, ROWS_AT_A_TIME);
        while (!page.isEmpty()) {
            page.stream().filter(Row::isAsShown).filter(row -> environment.equals(row.request().get(FlowVariables.ENVIRONMENT)))
                .forEach(ready::add);
            page = rollOuts.rows(rollOutId, RowState.READY, null, page.get(page.size() - 1).line(), ROWS_AT_A_TIME);
        }
        return ready;
    }

    private Row sharedPolicy(String rollOutId, String environment) {
        return rollOuts.sharedPolicies(rollOutId).stream()
            .filter(policy -> environment.equals(policy.request().get(FlowVariables.ENVIRONMENT))).findFirst().orElse(null);
    }

    private static int priority(UnaryOperator<String> values) {
        return Integer.parseInt(values.apply(FlowVariables.ASSIGNMENT_PRIORITY));
    }

    private static String name(String scopeId, EnvironmentLookup facts) {
        return facts.scopeIds().entrySet().stream().filter(scope -> scope.getValue().equals(scopeId)).map(Map.Entry::getKey).findFirst()
            .orElse(null);
    }

    private static <T> Map<String, T> byId(List<T> items, Function<T, String> id) {
        return items.stream().collect(Collectors.toMap(id, item -> item, (first, second) -> first));
    }
}
