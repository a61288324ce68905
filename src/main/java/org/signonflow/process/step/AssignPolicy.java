package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntSupplier;

import static org.signonflow.process.ProcessVariables.number;
import static org.signonflow.process.ProcessVariables.text;

/** Assigns the policy to the application, at which point it takes effect. So only what was approved is sent. */
@Component
class AssignPolicy extends CreatingTask {

    private final List<Approval> approvals;

    AssignPolicy(PingOneAccess access, List<Approval> approvals) {
        super(access, Kind.ASSIGNMENT, FlowVariables.ASSIGNMENT_ID);
        this.approvals = approvals;
    }

    @Override
    protected int calls(DelegateExecution execution) {
        return 1 + Approval.of(approvals, execution).callsToCheck(execution);
    }

    @Override
    Creation creation(VariableScope variables) {
        return creation(text(variables, FlowVariables.APPLICATION_ID), text(variables, FlowVariables.POLICY_ID),
            () -> number(variables, FlowVariables.ASSIGNMENT_PRIORITY), (reference, parts) -> hasMade(variables, reference, parts));
    }

    /** @param hasMade whether the instance of the reference has created any of the objects, or shares it */
    static Creation creation(String applicationId, String policyId, IntSupplier priority, BiPredicate<String, List<String>> hasMade) {
        return new Creation() {
            @Override
            public String naturalKey() {
                return "sign-on policy assignment";
            }

            /** An approver has seen what was assigned, but not what another instance is about to assign. */
            @Override
            public String contested() {
                return "what is assigned to application " + applicationId;
            }

            @Override
            public boolean isContestedOnlyWhileUnderWay() {
                return true;
            }

            @Override
            public CreateRequest request(String reference) {
                return CreateRequest.assignment(applicationId, policyId, priority.getAsInt());
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                boolean own = hasMade.test(reference, List.of(applicationId, policyId));
                return pingone.listAssignments(applicationId).stream()
                    .filter(assignment -> policyId.equals(assignment.policyId()) && assignment.priority() == priority.getAsInt())
                    .map(assignment -> own ? Candidate.certain(assignment.id()) : Candidate.alike(assignment.id())).toList();
            }
        };
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        create(execution, creation -> journal().create(step(execution, taskId()), pingone, creation,
            lastTried -> Approval.of(approvals, execution).check(execution, pingone, lastTried)));
    }
}
