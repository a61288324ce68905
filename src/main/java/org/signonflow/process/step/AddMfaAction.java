package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.BpmnModelExecutionContext;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputOutput;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputParameter;
import org.signonflow.journal.Candidate;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.MfaAction;
import org.signonflow.pingone.NoDevicesMode;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.util.List;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** Adds the multi-factor action to the policy, which goes with the policy when that is deleted: PingOne keeps a policy's last action. */
@Component
class AddMfaAction extends CreatingTask {

    AddMfaAction(PingOneAccess access) {
        super(access, ProcessVariables.ACTION_ID);
    }

    @Override
    Creation creation(VariableScope variables) {
        String policyId = text(variables, ProcessVariables.POLICY_ID);
        return new Creation() {
            @Override
            public String naturalKey() {
                return "MFA action";
            }

            @Override
            public String send(PingOneClient pingone, String reference) {
                return pingone.createAction(policyId, action(variables)).id();
            }

            @Override
            public List<Candidate> candidates(PingOneClient pingone, String reference) {
                MfaAction sent = action(variables);
                return pingone.listActions(policyId).stream().filter(sent::isLike)
                    .map(found -> Candidate.certain(found.id())).toList();
            }

            @Override
            public void delete(PingOneClient pingone, String id) {
                throw new UnsupportedOperationException("An action goes with its policy, of which it may be the last.");
            }
        };
    }

    @Override
    boolean goesWithItsParent() {
        return true;
    }

    /** The action that was asked for. */
    static MfaAction action(VariableScope variables) {
        int priority = Integer.parseInt(input(variables, ProcessVariables.ACTION_PRIORITY));
        String devicePolicyId = text(variables, ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID);
        if (devicePolicyId != null) {
            String mode = text(variables, ProcessVariables.NO_DEVICES_MODE);
            return MfaAction.withDevicePolicy(priority, devicePolicyId, mode == null ? null : NoDevicesMode.valueOf(mode));
        }
        List<Authenticator> authenticators = list(variables, ProcessVariables.AUTHENTICATORS).stream().map(Authenticator::of).toList();
        return Boolean.parseBoolean(input(variables, ProcessVariables.ENROLS_APPLICATION))
            ? MfaAction.withAuthenticators(priority, authenticators, text(variables, ProcessVariables.APPLICATION_ID))
            : MfaAction.passwordless(priority, authenticators);
    }

    /** The task's input parameter, which another task that settles the call does not have, but can read in the instance's model. */
    private static String input(VariableScope variables, String name) {
        String value = text(variables, name);
        if (value != null || !(variables instanceof BpmnModelExecutionContext execution)) {
            return value;
        }
        ServiceTask task = execution.getBpmnModelInstance().getModelElementById("Task_AddMfaAction");
        return task.getExtensionElements().getElementsQuery().filterByType(CamundaInputOutput.class).singleResult()
            .getCamundaInputParameters().stream().filter(parameter -> parameter.getCamundaName().equals(name))
            .map(CamundaInputParameter::getTextContent).findFirst().orElseThrow();
    }
}
