package org.signonflow.process;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.Part;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;
import org.springframework.stereotype.Component;

import java.util.List;

import static org.signonflow.process.ProcessVariables.number;
import static org.signonflow.process.ProcessVariables.text;

/**
 * Makes sure, before anything is created, that the application exists, and finds out what its users sign on with, for the approvers to read.
 * Where nobody is asked, a priority that nobody chose must at least be free.
 *
 * <p>Does so for the rows of a roll-out too, and is no class of their own: nodes of the version before, which run beside this one for the
 * time of an update, have no other that could take their jobs.
 */
@Component
class ReadApplication extends PingOneTask {

    private final RowAssignments rowAssignments;

    ReadApplication(PingOneAccess access, RowAssignments rowAssignments) {
        super(access);
        this.rowAssignments = rowAssignments;
    }

    @Override
    int calls(DelegateExecution execution) {
        if (AssignPolicy.isRow(execution) || isBegunByOldVersion(execution)) {
            return 1;
        }
        return isToBeApproved(execution) ? 3 : isPriorityGiven(execution) ? 1 : 2;
    }

    @Override
    void carryOut(DelegateExecution execution, PingOneClient pingone) {
        if (AssignPolicy.isRow(execution)) {
            rowAssignments.read(execution, pingone);
            return;
        }
        Application application = pingone.readApplication(text(execution, ProcessVariables.APPLICATION_ID));
        execution.setVariable(ProcessVariables.APPLICATION_NAME, application.name());
        String policy = text(execution, ProcessVariables.POLICY_NAME);
        if (BusinessKey.of(text(execution, ProcessVariables.APPLICATION_ID), policy).equals(execution.getProcessBusinessKey())) {
            // At the start nobody knew its name.
            execution.setProcessBusinessKey(BusinessKey.of(application.name(), policy));
        }
        if (!isToBeApproved(execution)) {
            if (!isBegunByOldVersion(execution) && !isPriorityGiven(execution)) {
                refuseTakenPriority(number(execution, ProcessVariables.ASSIGNMENT_PRIORITY), pingone, application.id());
            }
            return;
        }
        boolean showsAssignments = !isBegunByOldVersion(execution);
        List<Assignment> assignments = showsAssignments ? pingone.listAssignments(application.id()) : List.of();
        List<SignOnPolicy> policies = showsAssignments ? pingone.listSignOnPolicies() : List.of();
        List<Assigned> besides = Assigned.besides(null, assignments, policies);
        TakesEffect requested = ApprovedState.requested(execution);
        TakesEffect found = new TakesEffect(application, null, requested.policy(), requested.actions(), requested.priority(), besides,
            besides.isEmpty() ? ApprovedState.defaultOf(policies) : null);
        execution.setVariable(ProcessVariables.SHOWN,
            Digests.of(found).only(Part.APPLICATION, Part.ASSIGNMENTS, Part.DEFAULT_POLICY).toString());
        OldSentences.note(execution, found);
        if (showsAssignments) {
            ApprovedState.show(execution, found);
        }
    }

    private static void refuseTakenPriority(int priority, PingOneClient pingone, String applicationId) {
        for (Assignment assignment : pingone.listAssignments(applicationId)) {
            if (assignment.priority() == priority) {
                throw new BpmnError(Failures.REFUSED_BY_PINGONE, """
                    assignmentPriority: %d, the priority when none is given, is taken on this application by the sign-on policy %s. Give one \
                    that is free, or let the flow wait for approval.""".formatted(priority,
                    pingone.readSignOnPolicy(assignment.policyId()).name()));
            }
        }
    }

    private static boolean isToBeApproved(DelegateExecution execution) {
        return Boolean.parseBoolean(text(execution, ProcessVariables.APPROVAL_REQUIRED));
    }

    /** Version 1.0 did not note it, and its form does not show what is assigned: the approvers are told of it when they are asked again. */
    private static boolean isBegunByOldVersion(DelegateExecution execution) {
        return text(execution, ProcessVariables.PRIORITY_GIVEN) == null;
    }

    private static boolean isPriorityGiven(DelegateExecution execution) {
        return Boolean.parseBoolean(text(execution, ProcessVariables.PRIORITY_GIVEN));
    }
}
