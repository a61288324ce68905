package org.signonflow.process;

import static org.signonflow.process.ProcessVariables.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.InWords;
import org.signonflow.change.Part;
import org.signonflow.change.Requested;
import org.signonflow.change.SecondLook;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.rollout.Facts;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

/**
 * Finds out what the users of a row's application sign on with, for who decides to read: one call. The application itself and the names of
 * policies are known of the lists that the roll-out was checked with.
 */
@Component
class RowAssignments {

    private final RollOuts rollOuts;

    RowAssignments(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    void read(DelegateExecution execution, PingOneClient pingone) {
        String rollOut = text(execution, ProcessVariables.ROLL_OUT);
        Facts facts = rollOuts.facts(rollOut).get(text(execution, ProcessVariables.ENVIRONMENT));
        List<SignOnPolicy> policies = facts.listPolicies();
        List<Assigned> besides = Assigned.besides(text(execution, ProcessVariables.POLICY_ID),
            pingone.listAssignments(text(execution, ProcessVariables.APPLICATION_ID)), policies);
        TakesEffect requested = Requested.of(name -> text(execution, name), false);
        TakesEffect data = new TakesEffect(requested.application(), null, requested.policy(), requested.actions(), requested.priority(),
            besides, besides.isEmpty() ? policies.stream().filter(SignOnPolicy::isDefault).findFirst().orElse(null) : null);
        execution.setVariable(ProcessVariables.SHOWN, Digests.parse(text(execution, ProcessVariables.SHOWN))
            .with(Digests.of(data).only(Part.ASSIGNMENTS, Part.DEFAULT_POLICY)).toString());

        int line = ProcessVariables.number(execution, ProcessVariables.LINE);
        Map<String, String> found = new HashMap<>(rollOuts.ofInstance(execution.getProcessInstanceId()).orElseThrow().found());
        found.put(Found.DIGESTS, text(execution, ProcessVariables.SHOWN));
        found.put(Found.SIGN_ON_NOW, InWords.now(data));
        found.put(Found.SIGN_ON_AFTER, InWords.after(data));
        found.put(Found.SECOND_LOOK, String.join("\n", SecondLook.marks(data)));
        rollOuts.found(rollOut, Map.of(line, found));
    }
}
