package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.Scope;
import org.signonflow.process.Failures;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the ids of the requested scopes among those of the {@code openid} resource. */
@Component
class ListScopes extends PingOneTask {

    ListScopes(PingOneAccess access) {
        super(access);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        Map<String, String> idsByName = pingone.listScopes(ProcessVariables.text(execution, FlowVariables.OPENID_RESOURCE_ID)).stream()
            .collect(Collectors.toMap(Scope::name, Scope::id, (first, second) -> first, TreeMap::new));
        List<String> wanted = ProcessVariables.list(execution, FlowVariables.SCOPES);
        List<String> unknown = wanted.stream().filter(scope -> !idsByName.containsKey(scope)).toList();
        if (!unknown.isEmpty()) {
            throw new BpmnError(Failures.REFUSED_BY_PINGONE, "The resource 'openid' has no scope %s; it has %s.".formatted(
                String.join(", ", unknown), String.join(", ", idsByName.keySet())));
        }
        execution.setVariable(FlowVariables.SCOPE_IDS, wanted.stream().map(idsByName::get).collect(Collectors.joining(",")));
    }
}
