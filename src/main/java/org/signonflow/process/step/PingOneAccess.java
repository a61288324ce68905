package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Journal;
import org.signonflow.process.CallPermits;
import org.signonflow.process.CallsWithinLock;
import org.signonflow.process.Failures;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What every task that calls PingOne needs. */
@Component
public record PingOneAccess(CallsWithinLock withinLock, Journal journal, Failures failures, CallPermits permits, RollOuts rollOuts) {

    /** What an instance has left in PingOne, as a sentence to append to another; empty if there is nothing. */
    public String remainder(String instanceId) {
        // The action is deleted along with its policy.
        List<String> left = journal.remaining(instanceId).stream()
            .filter(made -> made.kind() == null || !made.kind().goesWithItsParent()).map(CreatedObject::toString).toList();
        return left.isEmpty() ? "" : " Left in PingOne: " + String.join(", ", left) + ".";
    }

    /** When to ask again for objects that PingOne reports as missing; null if that is to be believed. */
    public Instant mayAppear(VariableScope variables, String instanceId, Collection<String> pingOneIds) {
        if (pingOneIds.isEmpty()) {
            return null;
        }
        return journal.mayAppear(makers(variables, instanceId), pingOneIds).orElse(null);
    }

    /** Whether any of the objects was created by the instance, or is shared by it. */
    boolean hasMade(VariableScope variables, String instanceId, Collection<String> pingOneIds) {
        return journal.haveMade(makers(variables, instanceId), pingOneIds);
    }

    private Set<String> makers(VariableScope variables, String instanceId) {
        Set<String> makers = new HashSet<>(Set.of(instanceId));
        String rollOut = ProcessVariables.text(variables, ProcessVariables.ROLL_OUT);
        if (rollOut != null) {
            // What rows share is created by another row of their roll-out.
            rollOuts.sharedPolicies(rollOut).stream().map(Row::instanceId).filter(Objects::nonNull).forEach(makers::add);
        }
        return makers;
    }
}
