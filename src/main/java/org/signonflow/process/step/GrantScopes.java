package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Set;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** Grants the application the requested scopes. PingOne allows one grant per resource and application. */
@Component
class GrantScopes extends CreatingTask {

    GrantScopes(PingOneAccess access) {
        super(access, Kind.GRANT, FlowVariables.GRANT_ID);
    }

    @Override
    Creation creation(VariableScope variables) {
        String applicationId = text(variables, FlowVariables.APPLICATION_ID);
        String resourceId = text(variables, FlowVariables.OPENID_RESOURCE_ID);
        List<String> scopeIds = list(variables, FlowVariables.SCOPE_IDS);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "grant of resource openid";
            }

            @Override
            public CreateRequest request(String reference) {
                return CreateRequest.grant(applicationId, resourceId, scopeIds);
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                return pingone.listGrants(applicationId).stream()
                    .filter(grant -> resourceId.equals(grant.resourceId()) && Set.copyOf(scopeIds).equals(Set.copyOf(grant.scopeIds())))
                    .map(grant -> Candidate.certain(grant.id())).toList();
            }
        };
    }
}
