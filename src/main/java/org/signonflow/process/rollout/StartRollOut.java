package org.signonflow.process.rollout;

import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.variable.Variables;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.request.TooManyOpenRequests;
import org.signonflow.rollout.RollOutEngine;
import org.signonflow.rollout.Settings;
import org.springframework.stereotype.Component;

/** Starts a roll-out the same way as Tasklist's form. */
@Component
class StartRollOut implements RollOutEngine {

    private final RuntimeService runtime;

    StartRollOut(RuntimeService runtime) {
        this.runtime = runtime;
    }

    @Override
    public String undo(String rollOutId, String lines, boolean keepApplication, String reason) {
        Map<String, Object> variables = new HashMap<>(Map.of(ProcessVariables.ROLL_OUT, rollOutId));
        variables.put(ProcessVariables.LINES, lines);
        variables.put(ProcessVariables.KEEP, keepApplication ? ProcessVariables.APPLICATION : null);
        variables.put(FlowVariables.REASON, reason);
        try {
            return runtime.startProcessInstanceByKey(Flow.UNDO_ROLL_OUT, variables).getId();
        } catch (AuthorizationException notAllowed) {
            throw new NotAllowedException(notAllowed);
        }
    }

    @Override
    public String start(String fileName, byte[] list, Settings settings) {
        Map<String, Object> variables = new HashMap<>(settings.values());
        variables.put(ProcessVariables.NAME, settings.name());
        variables.put(FlowVariables.POLICY, settings.policy());
        variables.put(ProcessVariables.LIST, Variables.fileValue(fileName).file(list).create());
        try {
            return runtime.startProcessInstanceByKey(Flow.ROLL_OUT, settings.name(), variables).getId();
        } catch (AuthorizationException notAllowed) {
            throw new NotAllowedException(notAllowed);
        } catch (RuntimeException failure) {
            // The engine's interceptor has turned it into a REST response.
            throw failure.getCause() instanceof TooManyOpenRequests beyond ? new BeyondLimitException(beyond) : failure;
        }
    }
}
