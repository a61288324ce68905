package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Assigned;
import org.signonflow.change.Checks;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.Part;
import org.signonflow.change.Requested;
import org.signonflow.change.SecondLook;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.Failures;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.Approval;
import org.signonflow.rollout.EnvironmentLookup;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.springframework.stereotype.Component;

/**
 * The approval of the rows of a roll-out, which have none of their own. Finding out how an application's users sign on takes one call: the
 * application itself and the names of policies are known from the lists that the roll-out was checked with.
 */
@Component
class RollOutApproval implements Approval {

    private final RollOuts rollOuts;
    private final RowVerifier verifier;
    private final Checks checks;
    private final CurrentJob currentJob;
    private final Clock clock;

    RollOutApproval(RollOuts rollOuts, RowVerifier verifier, Checks checks, CurrentJob currentJob, Clock clock) {
        this.rollOuts = rollOuts;
        this.verifier = verifier;
        this.checks = checks;
        this.currentJob = currentJob;
        this.clock = clock;
    }

    @Override
    public boolean covers(DelegateExecution execution) {
        return ProcessVariables.isRow(execution);
    }

    @Override
    public int callsToPrepare(DelegateExecution execution) {
        return 1;
    }

    @Override
    public void prepare(DelegateExecution execution, PingOneClient pingone) {
        String rollOut = text(execution, ProcessVariables.ROLL_OUT);
        EnvironmentLookup facts = rollOuts.facts(rollOut).get(text(execution, FlowVariables.ENVIRONMENT));
        List<SignOnPolicy> policies = facts.listPolicies();
        String policyId = text(execution, FlowVariables.POLICY_ID);
        List<Assignment> assignments = pingone.listAssignments(text(execution, FlowVariables.APPLICATION_ID));
        assignments.stream().filter(assignment -> assignment.policyId().equals(policyId)).findFirst().ifPresent(assigned -> {
            throw new BpmnError(Failures.REFUSED_BY_PINGONE, "The sign-on policy is already assigned to the application, with priority %d."
                .formatted(assigned.priority()));
        });
        List<Assigned> besides = Assigned.besides(policyId, assignments, policies);
        TakesEffect requested = Requested.of(name -> text(execution, name), Flow.ofRow(false));
        TakesEffect data = new TakesEffect(requested.application(), null, requested.policy(), requested.actions(), requested.priority(),
            besides, besides.isEmpty() ? SignOnPolicy.defaultOf(policies) : null);
        execution.setVariable(ProcessVariables.SHOWN, Digests.parse(text(execution, ProcessVariables.SHOWN))
            .with(Digests.of(data).only(Part.ASSIGNMENTS, Part.DEFAULT_POLICY)).toString());

        int line = ProcessVariables.number(execution, ProcessVariables.LINE);
        Map<String, String> found = new HashMap<>(rollOuts.ofInstance(execution.getProcessInstanceId()).orElseThrow().found());
        found.put(Found.DIGESTS, text(execution, ProcessVariables.SHOWN));
        found.put(Found.SIGN_ON_NOW, InWords.now(data));
        found.put(Found.SIGN_ON_AFTER, InWords.after(data));
        found.put(Found.SECOND_LOOK, String.join("\n", SecondLook.marks(data)));
        rollOuts.found(rollOut, Map.of(line, found));
        checks.besides(execution.getProcessInstanceId(), besides);
    }

    @Override
    public int callsToCheck(DelegateExecution execution) {
        return RowVerifier.calls(execution);
    }

    /** A row has no approval to go back to. */
    @Override
    public Instant check(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
        Instant now = clock.instant();
        Row row = rollOuts.ofInstance(execution.getProcessInstanceId()).orElseThrow();
        String changes = row.isShownWithoutDigest() || RowDigest.of(execution).equals(row.shown())
            ? verifier.changes(row, name -> text(execution, name), !currentJob.hasFailedBefore() && lastTried.isEmpty(), pingone)
            : "The row's own data was changed.";
        if (changes != null) {
            throw new NeedsOperator("""
                %s: Nothing was assigned, because this was changed after approval. %s Retry once it matches the approval again, or roll \
                the row back.""".formatted(execution.getCurrentActivityName(), changes), null);
        }
        return now;
    }
}
