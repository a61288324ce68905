package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.signonflow.process.ProcessVariables.number;
import static org.signonflow.process.ProcessVariables.text;

/** Assigns the policy to the application: from here on it takes effect. So nothing is sent but what was approved. */
@Component
class AssignPolicy extends CreatingTask {

    private final List<Approval> approvals;

    AssignPolicy(PingOneAccess access, List<Approval> approvals) {
        super(access, FlowVariables.ASSIGNMENT_ID);
        this.approvals = approvals;
    }

    @Override
    protected int calls(DelegateExecution execution) {
        return 1 + Approval.of(approvals, execution).callsToCheck(execution);
    }

    @Override
    Creation creation(VariableScope variables) {
        String applicationId = text(variables, FlowVariables.APPLICATION_ID);
        String policyId = text(variables, FlowVariables.POLICY_ID);
        return new Creation() {
            @Override
            public Kind kind() {
                return Kind.ASSIGNMENT;
            }

            @Override
            public String parentId() {
                return applicationId;
            }

            @Override
            public String naturalKey() {
                return "sign-on policy assignment";
            }

            @Override
            public String send(PingOneClient pingone, String reference) {
                return pingone.createAssignment(applicationId, policyId, number(variables, FlowVariables.ASSIGNMENT_PRIORITY)).id();
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                int priority = number(variables, FlowVariables.ASSIGNMENT_PRIORITY);
                boolean own = hasMade(variables, reference, List.of(applicationId, policyId));
                return pingone.listAssignments(applicationId).stream()
                    .filter(assignment -> policyId.equals(assignment.policyId()) && assignment.priority() == priority)
                    .map(assignment -> own ? Candidate.certain(assignment.id()) : Candidate.alike(assignment.id())).toList();
            }

            @Override
            public void delete(PingOneClient pingone, String id) {
                pingone.deleteAssignment(applicationId, id);
            }
        };
    }

    @Override
    void beforeSending(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
        Approval.of(approvals, execution).check(execution, pingone, lastTried);
    }
}
