package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.model.bpmn.instance.Error;
import org.signonflow.change.Assigned;
import org.signonflow.change.Changes;
import org.signonflow.change.Checks;
import org.signonflow.change.Digests;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Part;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.Failures;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.Approval;
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
 * The approval of a single flow. If no approval is required, a priority that nobody chose must at least be free.
 *
 * <p>Nothing is assigned unless PingOne was verified to match what was approved within the last ten minutes and since the step's last
 * attempt. If the verification by {@link CheckForChanges} is older, it is repeated.
 */
@Component
public class FlowApproval implements Approval {

    private static final Duration LONGEST_TRUST = Duration.ofMinutes(10);

    private final Changes changes;
    private final Checks checks;
    private final CurrentJob currentJob;
    private final Clock clock;
    private final Duration trust;

    /**
     * @param lockTime a step whose node died is restarted only after this time: a more recent verification was made for this very attempt
     */
    FlowApproval(Changes changes, Checks checks, CurrentJob currentJob, Clock clock,
                 @Value("${camunda.bpm.job-execution.lock-time-in-millis}") long lockTime) {
        this.changes = changes;
        this.checks = checks;
        this.currentJob = currentJob;
        this.clock = clock;
        this.trust = trust(lockTime);
    }

    /** For how long a verification is trusted. */
    public static Duration trust(long lockTime) {
        return Duration.ofMillis(Math.min(lockTime, LONGEST_TRUST.toMillis()));
    }

    @Override
    public boolean covers(DelegateExecution execution) {
        return !ProcessVariables.isRow(execution);
    }

    @Override
    public int callsToPrepare(DelegateExecution execution) {
        if (isStartedByOldVersion(execution)) {
            return 1;
        }
        return isToBeApproved(execution) ? 3 : mustPriorityBeFree(execution) ? 2 : 1;
    }

    @Override
    public void prepare(DelegateExecution execution, PingOneClient pingone) {
        Application application = pingone.readApplication(text(execution, FlowVariables.APPLICATION_ID));
        execution.setVariable(FlowVariables.APPLICATION_NAME, application.name());
        String policy = text(execution, FlowVariables.POLICY_NAME);
        if (BusinessKey.of(text(execution, FlowVariables.APPLICATION_ID), policy).equals(execution.getProcessBusinessKey())) {
            // At the start its name was unknown.
            execution.setProcessBusinessKey(BusinessKey.of(application.name(), policy));
        }
        Optional<List<Assigned>> besides = Optional.empty();
        if (isToBeApproved(execution)) {
            besides = show(execution, pingone, application);
        } else if (mustPriorityBeFree(execution)) {
            refuseTakenPriority(execution, pingone);
        }
        // Last, since nobody else can write the change's row until the job has ended.
        changes.named(execution.getProcessInstanceId(), application.name());
        besides.ifPresent(known -> checks.besides(execution.getProcessInstanceId(), known));
    }

    /** @return what is assigned to the application besides; empty if that was not read */
    private static Optional<List<Assigned>> show(DelegateExecution execution, PingOneClient pingone, Application application) {
        boolean showsAssignments = !isStartedByOldVersion(execution);
        List<Assignment> assignments = showsAssignments ? pingone.listAssignments(application.id()) : List.of();
        List<SignOnPolicy> policies = showsAssignments ? pingone.listSignOnPolicies() : List.of();
        List<Assigned> besides = Assigned.besides(null, assignments, policies);
        TakesEffect requested = ApprovedState.requested(execution);
        TakesEffect found = new TakesEffect(application, null, requested.policy(), requested.actions(), requested.priority(), besides,
            besides.isEmpty() ? SignOnPolicy.defaultOf(policies) : null);
        execution.setVariable(ProcessVariables.SHOWN,
            Digests.of(found).only(Part.APPLICATION, Part.ASSIGNMENTS, Part.DEFAULT_POLICY).toString());
        OldSentences.note(execution, found);
        if (showsAssignments) {
            ApprovedState.show(execution, found);
        }
        return showsAssignments ? Optional.of(besides) : Optional.empty();
    }

    /** @return what is assigned to the application besides */
    private static List<Assigned> refuseTakenPriority(DelegateExecution execution, PingOneClient pingone) {
        int priority = number(execution, FlowVariables.ASSIGNMENT_PRIORITY);
        List<Assignment> assignments = pingone.listAssignments(text(execution, FlowVariables.APPLICATION_ID));
        for (Assignment assignment : assignments) {
            boolean isOurs = assignment.policyId().equals(text(execution, FlowVariables.POLICY_ID));
            if (assignment.priority() == priority && !isOurs) {
                throw new BpmnError(Failures.REFUSED_BY_PINGONE, """
                    assignmentPriority: %d, the default, is already taken on this application by the sign-on policy %s. Choose a free one, \
                    or let the flow wait for approval.""".formatted(priority,
                    pingone.readSignOnPolicy(assignment.policyId()).name()));
            }
        }
        return Assigned.besides(text(execution, FlowVariables.POLICY_ID), assignments, List.of());
    }

    @Override
    public int callsToCheck(DelegateExecution execution) {
        // With an approval, rarely any.
        return mustPriorityBeFree(execution) ? 1 : 0;
    }

    @Override
    public Instant check(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
        if (mustPriorityBeFree(execution)) {
            Instant now = clock.instant();
            checks.besides(execution.getProcessInstanceId(), refuseTakenPriority(execution, pingone));
            return now;
        }
        if (!isToBeApproved(execution)) {
            return null;
        }
        if (hasLooked(execution, lastTried)) {
            return Instant.parse(text(execution, ProcessVariables.LOOKED_AT));
        }
        Instant now = clock.instant();
        ApprovedState.Comparison found = ApprovedState.compare(pingone, execution);
        if (found.parts().isEmpty()) {
            return now;
        }
        if (!canAskAgain(execution)) {
            throw new NeedsOperator("""
                %s: Nothing was assigned, because this was changed after approval. %s Retry once it matches the approval again, or roll \
                the flow back and start another.""".formatted(execution.getCurrentActivityName(), found.changes()), null);
        }
        ApprovedState.askAgain(execution, found);
        checks.besides(execution.getProcessInstanceId(), found.now().besides());
        throw new BpmnError(Failures.CHANGED_SINCE_APPROVAL, found.changes());
    }

    private boolean hasLooked(VariableScope variables, Optional<Instant> lastTried) {
        String looked = text(variables, ProcessVariables.LOOKED_AT);
        if (looked == null || currentJob.hasFailedBefore()) {
            return false;
        }
        Instant at = Instant.parse(looked);
        return at.isAfter(clock.instant().minus(trust)) && lastTried.map(at::isAfter).orElse(true);
    }

    /** Instances started by version 1.0 have a model without a path from here back to the approval. */
    private static boolean canAskAgain(DelegateExecution execution) {
        return execution.getBpmnModelInstance().getModelElementsByType(Error.class).stream()
            .anyMatch(error -> Failures.CHANGED_SINCE_APPROVAL.equals(error.getErrorCode()));
    }

    private static boolean isToBeApproved(DelegateExecution execution) {
        return Boolean.parseBoolean(text(execution, FlowVariables.APPROVAL_REQUIRED));
    }

    /** Whether nobody chose the priority, and nobody is asked. On an application that the flow creates it is free. */
    private static boolean mustPriorityBeFree(DelegateExecution execution) {
        return !isToBeApproved(execution) && !isStartedByOldVersion(execution) && !isPriorityGiven(execution)
            && execution.getBpmnModelInstance().getModelElementById("Task_ReadApplication") != null;
    }

    /** Version 1.0 did not record it, and its form does not show assignments: the approvers learn of them when they are asked again. */
    private static boolean isStartedByOldVersion(DelegateExecution execution) {
        return text(execution, ProcessVariables.PRIORITY_GIVEN) == null;
    }

    private static boolean isPriorityGiven(DelegateExecution execution) {
        return Boolean.parseBoolean(text(execution, ProcessVariables.PRIORITY_GIVEN));
    }
}
