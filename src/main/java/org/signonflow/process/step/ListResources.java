package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.Resource;
import org.signonflow.process.Failures;
import org.springframework.stereotype.Component;

/** Finds the {@code openid} resource, whose scopes are granted to the application. */
@Component
class ListResources extends PingOneTask {

    ListResources(PingOneAccess access) {
        super(access);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        Resource openid = pingone.listResources().stream().filter(resource -> "openid".equals(resource.name())).findFirst()
            .orElseThrow(() -> new BpmnError(Failures.REFUSED_BY_PINGONE, "The PingOne environment has no resource 'openid'."));
        execution.setVariable(FlowVariables.OPENID_RESOURCE_ID, openid.id());
    }
}
