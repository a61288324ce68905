package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Objects;

import static org.signonflow.process.ProcessVariables.text;

/** Creates the sign-on policy. PingOne requires its name to be unique. */
@Component
class CreateSignOnPolicy extends CreatingTask {

    CreateSignOnPolicy(PingOneAccess access) {
        super(access, Kind.SIGN_ON_POLICY, FlowVariables.POLICY_ID);
    }

    @Override
    Creation creation(VariableScope variables) {
        String name = text(variables, FlowVariables.POLICY_NAME);
        String description = text(variables, FlowVariables.POLICY_DESCRIPTION);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "sign-on policy " + name;
            }

            @Override
            public String contested() {
                return naturalKey();
            }

            @Override
            public CreateRequest request(String reference) {
                return CreateRequest.signOnPolicy(name, description);
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                return pingone.listSignOnPolicies().stream()
                    .filter(policy -> name.equals(policy.name()) && Objects.equals(description, policy.description()))
                    .map(policy -> candidate(pingone, policy)).toList();
            }

            /** The flow adds its action later: a policy that already has one belongs to someone else, or has been used by others. */
            private Candidate candidate(PingOneClient pingone, SignOnPolicy policy) {
                return made(variables) == null && !pingone.listActions(policy.id()).isEmpty()
                    ? Candidate.doubtful(policy.id(), policy.createdAt()) : Candidate.likely(policy.id(), policy.createdAt());
            }
        };
    }
}
