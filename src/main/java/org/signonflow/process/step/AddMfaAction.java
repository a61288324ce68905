package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnModelExecutionContext;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.MfaAction;
import org.signonflow.pingone.NoDevicesMode;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.function.Function;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** Adds the multi-factor action to the policy; it is deleted along with the policy. */
@Component
class AddMfaAction extends CreatingTask {

    AddMfaAction(PingOneAccess access) {
        super(access, Kind.ACTION, FlowVariables.ACTION_ID);
    }

    @Override
    Creation creation(VariableScope variables) {
        String policyId = text(variables, FlowVariables.POLICY_ID);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "MFA action";
            }

            @Override
            public CreateRequest request(String reference) {
                return CreateRequest.of(policyId, action(variables));
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                MfaAction sent = action(variables);
                return pingone.listActions(policyId).stream().filter(sent::isLike)
                    .map(found -> Candidate.certain(found.id())).toList();
            }
        };
    }

    /** The requested action. */
    static MfaAction action(VariableScope variables) {
        int priority = Integer.parseInt(input(variables, FlowVariables.ACTION_PRIORITY, Flow::actionPriority));
        String devicePolicyId = text(variables, FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID);
        if (devicePolicyId != null) {
            String mode = text(variables, FlowVariables.NO_DEVICES_MODE);
            return MfaAction.withDevicePolicy(priority, devicePolicyId, mode == null ? null : NoDevicesMode.valueOf(mode));
        }
        List<Authenticator> authenticators = list(variables, FlowVariables.AUTHENTICATORS).stream().map(Authenticator::of).toList();
        return Boolean.parseBoolean(input(variables, FlowVariables.ENROLS_APPLICATION, Flow::enrolsApplication))
            ? MfaAction.withAuthenticators(priority, authenticators, text(variables, FlowVariables.APPLICATION_ID))
            : MfaAction.passwordless(priority, authenticators);
    }

    /** A row's variable or the task's input parameter; the latter is missing if another task settles the call. */
    private static String input(VariableScope variables, String name, Function<Flow, Object> otherwise) {
        String value = text(variables, name);
        return value != null ? value : otherwise.apply(Flow.of(((BpmnModelExecutionContext) variables).getBpmnModelInstance()
            .getModelElementsByType(Process.class).iterator().next().getId())).toString();
    }
}
