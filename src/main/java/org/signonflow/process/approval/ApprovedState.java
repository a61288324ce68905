package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Granted;
import org.signonflow.change.InWords;
import org.signonflow.change.Part;
import org.signonflow.change.Requested;
import org.signonflow.change.SecondLook;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.Scope;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.MissingInPingOne;
import org.signonflow.process.ProcessVariables;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** What the approvers of a flow are shown, what they decided on, and whether PingOne still matches it. */
public final class ApprovedState {

    /**
     * What PingOne has now, and which parts of it differ from what was approved.
     *
     * @param parts the changed parts; empty if nothing has changed
     */
    record Comparison(TakesEffect now, Set<Part> parts) {

        /** A sentence for each part that has changed. */
        String changes() {
            return InWords.changed(parts, now);
        }
    }

    private ApprovedState() {
    }

    /** How many calls a comparison makes at most. */
    static int reads(VariableScope variables) {
        return makesApplication(variables) ? 5 : 4;
    }

    /**
     * Compares what PingOne has with what was approved.
     *
     * @throws MissingInPingOne if the action is gone; for anything else that is gone, PingOne refuses the read
     */
    static Comparison compare(PingOneClient pingone, VariableScope variables) {
        TakesEffect now = read(pingone, variables);
        Digests found = Digests.of(now);
        String shown = text(variables, ProcessVariables.SHOWN);
        Set<Part> changed = EnumSet.noneOf(Part.class);
        changed.addAll(Digests.of(requested(variables)).with(Digests.parse(shown)).changedIn(found));
        if (shown == null) {
            OldSentences.noted(variables).forEach((part, hash) -> {
                changed.remove(part);
                if (!hash.equals(OldSentences.hash(part, now))) {
                    changed.add(part);
                }
            });
        }
        return new Comparison(now, changed);
    }

    /** Asks the approvers again, with an empty form, to decide on what was found. */
    static void askAgain(VariableScope variables, Comparison found) {
        variables.setVariable(ProcessVariables.CHANGES, found.changes());
        variables.setVariable(ProcessVariables.SHOWN, Digests.of(found.now()).toString());
        show(variables, found.now());
        variables.setVariable(ProcessVariables.DECISION, null);
        variables.setVariable(ProcessVariables.COMMENT, null);
    }

    /** Describes how users sign on now and afterwards, and what deserves a second look. */
    static void show(VariableScope variables, TakesEffect data) {
        variables.setVariable(FlowVariables.SIGN_ON_NOW, InWords.now(data));
        variables.setVariable(FlowVariables.SIGN_ON_AFTER, InWords.after(data));
        markForSecondLook(variables, data);
    }

    public static void markForSecondLook(VariableScope variables, TakesEffect data) {
        List<String> marks = SecondLook.marks(data);
        if (!marks.isEmpty() || variables.hasVariable(FlowVariables.SECOND_LOOK)) {
            variables.setVariable(FlowVariables.SECOND_LOOK, marks.isEmpty() ? null : String.join("\n", marks));
        }
    }

    /** What was requested, as far as it is known by now. */
    static TakesEffect requested(VariableScope variables) {
        return Requested.of(name -> text(variables, name), Flow.ofRow(makesApplication(variables)));
    }

    /** Whether the flow created the application itself: then it has granted it scopes too. */
    private static boolean makesApplication(VariableScope variables) {
        return text(variables, FlowVariables.GRANT_ID) != null;
    }

    private static TakesEffect read(PingOneClient pingone, VariableScope variables) {
        String applicationId = text(variables, FlowVariables.APPLICATION_ID);
        String policyId = text(variables, FlowVariables.POLICY_ID);
        boolean isNew = makesApplication(variables);
        Application application = pingone.readApplication(applicationId);
        List<Granted> grants = isNew ? grants(pingone, variables) : null;
        List<Assignment> assignments = pingone.listAssignments(applicationId).stream()
            .filter(assignment -> !policyId.equals(assignment.policyId())).toList();
        // All of them only if the names of others are shown.
        List<SignOnPolicy> policies = isNew && assignments.isEmpty() ? List.of() : pingone.listSignOnPolicies();
        SignOnPolicy policy = policies.stream().filter(one -> one.id().equals(policyId)).findFirst()
            .orElseGet(() -> pingone.readSignOnPolicy(policyId));
        List<Action> actions = pingone.listActions(policyId);
        if (actions.stream().noneMatch(action -> action.id().equals(text(variables, FlowVariables.ACTION_ID)))) {
            throw new MissingInPingOne(text(variables, FlowVariables.ACTION_ID), "The MFA action was removed from the policy in PingOne.");
        }
        List<Assigned> besides = Assigned.besides(policyId, assignments, policies);
        return new TakesEffect(application, grants, policy, actions,
            ProcessVariables.number(variables, FlowVariables.ASSIGNMENT_PRIORITY), besides,
            isNew || !besides.isEmpty() ? null : SignOnPolicy.defaultOf(policies));
    }

    private static List<Granted> grants(PingOneClient pingone, VariableScope variables) {
        Map<String, String> names = new HashMap<>();
        List<String> ids = list(variables, FlowVariables.SCOPE_IDS);
        List<String> requested = list(variables, FlowVariables.SCOPES);
        for (int i = 0; i < Math.min(ids.size(), requested.size()); i++) {
            names.put(ids.get(i), requested.get(i));
        }
        return pingone.listGrants(text(variables, FlowVariables.APPLICATION_ID)).stream().map(grant -> new Granted(grant.resourceId(),
            grant.scopeIds().stream().map(id -> new Scope(id, names.get(id))).toList())).toList();
    }
}
