package org.signonflow.process;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.model.bpmn.instance.Error;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.signonflow.process.ProcessVariables.number;
import static org.signonflow.process.ProcessVariables.text;

/**
 * Assigns the policy to the application: from here on it takes effect. So nothing is sent but after a look at what was approved that is
 * younger than ten minutes and than whatever this step has been through: where the one of {@link CheckForChanges} is not, it looks itself.
 */
@Component
class AssignPolicy extends CreatingTask {

    private static final Duration LONGEST_TRUST = Duration.ofMinutes(10);

    private final CurrentJob currentJob;
    private final Clock clock;
    private final Duration trust;
    private final RollOuts rollOuts;
    private final RowLook rowLook;

    /** @param lockTime after this, and not before, a step whose node died is begun again: a younger look was made for this very attempt */
    AssignPolicy(PingOneAccess access, CurrentJob currentJob, Clock clock, RollOuts rollOuts, RowLook rowLook,
                 @Value("${camunda.bpm.job-execution.lock-time-in-millis}") long lockTime) {
        super(access, ProcessVariables.ASSIGNMENT_ID);
        this.currentJob = currentJob;
        this.clock = clock;
        this.rollOuts = rollOuts;
        this.rowLook = rowLook;
        this.trust = trust(lockTime);
    }

    /** For how long a look is believed. */
    static Duration trust(long lockTime) {
        return Duration.ofMillis(Math.min(lockTime, LONGEST_TRUST.toMillis()));
    }

    @Override
    int calls(DelegateExecution execution) {
        return 1 + (isRow(execution) ? RowLook.calls(execution) : 0);
    }

    @Override
    Creation creation(VariableScope variables) {
        String applicationId = text(variables, ProcessVariables.APPLICATION_ID);
        String policyId = text(variables, ProcessVariables.POLICY_ID);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "sign-on policy assignment";
            }

            @Override
            public String send(PingOneClient pingone, String reference) {
                return pingone.createAssignment(applicationId, policyId, number(variables, ProcessVariables.ASSIGNMENT_PRIORITY)).id();
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                return pingone.listAssignments(applicationId).stream().filter(assignment -> policyId.equals(assignment.policyId()))
                    .map(assignment -> Candidate.certain(assignment.id())).toList();
            }

            @Override
            public void delete(PingOneClient pingone, String id) {
                pingone.deleteAssignment(applicationId, id);
            }
        };
    }

    @Override
    void beforeSending(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
        if (isRow(execution)) {
            lookAtRow(execution, pingone, lastTried);
            return;
        }
        boolean wasApproved = Boolean.parseBoolean(text(execution, ProcessVariables.APPROVAL_REQUIRED));
        if (!wasApproved || hasLooked(execution, lastTried)) {
            return;
        }
        ApprovedState.Look look = ApprovedState.look(pingone, execution);
        if (look.parts().isEmpty()) {
            return;
        }
        if (!canAskAgain(execution)) {
            throw new NeedsPerson("""
                %s: Nothing was assigned, since this was changed after it was approved. %s Retry once it is as it was approved, or roll \
                the flow back and start another.""".formatted(execution.getCurrentActivityName(), look.changes()), null);
        }
        ApprovedState.askAgain(execution, look);
        throw new BpmnError(Failures.CHANGED_SINCE_APPROVAL, look.changes());
    }

    static boolean isRow(DelegateExecution execution) {
        return execution.hasVariable(ProcessVariables.LINE);
    }

    /** A row has no approval of its own to go back to. */
    private void lookAtRow(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
        Row row = rollOuts.ofInstance(execution.getProcessInstanceId()).orElseThrow();
        String changes = row.isShownWithoutDigest() || RowDigest.of(execution).equals(row.shown())
            ? rowLook.changes(row, name -> text(execution, name), !currentJob.hasFailedBefore() && lastTried.isEmpty(), pingone)
            : "The row's own data was changed.";
        if (changes != null) {
            throw new NeedsPerson("""
                %s: Nothing was assigned, since this was changed after it was approved. %s Retry once it is as it was approved, or roll \
                the row back.""".formatted(execution.getCurrentActivityName(), changes), null);
        }
    }

    private boolean hasLooked(VariableScope variables, Optional<Instant> lastTried) {
        String looked = text(variables, ProcessVariables.LOOKED_AT);
        if (looked == null || currentJob.hasFailedBefore()) {
            return false;
        }
        Instant at = Instant.parse(looked);
        return at.isAfter(clock.instant().minus(trust)) && lastTried.map(at::isAfter).orElse(true);
    }

    /** Instances that were begun by version 1.0 have a model in which nothing leads from here to the approval. */
    private static boolean canAskAgain(DelegateExecution execution) {
        return execution.getBpmnModelInstance().getModelElementsByType(Error.class).stream()
            .anyMatch(error -> Failures.CHANGED_SINCE_APPROVAL.equals(error.getErrorCode()));
    }
}
