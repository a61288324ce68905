package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was approved is what is assigned: where somebody changed application, policy or action in PingOne meanwhile, the approvers are told
 * what is there now, and asked again. Where one is gone, PingOne's 404 is a refusal, and the flow ends.
 */
@Component
class CheckForChanges extends PingOneTask {

    private static final int LONGEST = 3_500;

    CheckForChanges(PingOneAccess access) {
        super(access);
    }

    @Override
    int calls() {
        return 3;
    }

    @Override
    void carryOut(DelegateExecution execution, PingOneClient pingone) {
        Map<String, String> approved = ApprovedState.approved(execution);
        Map<String, String> now = ApprovedState.read(pingone, execution);
        String changes = now.entrySet().stream()
            .filter(part -> !ApprovedState.hash(part.getValue()).equals(approved.get(part.getKey())))
            .map(part -> "The %s was changed in PingOne and now has: %s.".formatted(part.getKey(), part.getValue()))
            .collect(Collectors.joining(" "));
        if (changes.isEmpty()) {
            execution.setVariable(ProcessVariables.CHANGES, null);
            return;
        }
        execution.setVariable(ProcessVariables.CHANGES, changes.length() <= LONGEST ? changes : changes.substring(0, LONGEST) + "...");
        execution.setVariable(ProcessVariables.STATE_SHOWN,
            now.values().stream().map(ApprovedState::hash).collect(Collectors.joining(",")));
        // The next decision is made on an empty form.
        execution.setVariable(ProcessVariables.DECISION, null);
        execution.setVariable(ProcessVariables.COMMENT, null);
    }
}
