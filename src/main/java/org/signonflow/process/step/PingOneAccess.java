package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Changes;
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
public record PingOneAccess(CallsWithinLock withinLock, Journal journal, Failures failures, CallPermits permits, RollOuts rollOuts,
                            Changes changes) {

    /** What is left of a change in PingOne, as a sentence to append to another; empty if there is nothing. */
    public String remainder(String change) {
        // The action is deleted along with its policy.
        List<String> left = journal.remaining(changes.instancesOf(change)).stream()
            .filter(made -> made.kind() == null || !made.kind().goesWithItsParent()).map(CreatedObject::toString).toList();
        return left.isEmpty() ? "" : " Left in PingOne: " + String.join(", ", left) + ".";
    }

    /** When to ask again for objects that PingOne reports as missing; null if that is to be believed. */
    public Instant mayAppear(VariableScope variables, String change, Collection<String> pingOneIds) {
        if (pingOneIds.isEmpty()) {
            return null;
        }
        return journal.mayAppear(makers(variables, change), pingOneIds).orElse(null);
    }

    /** Whether any of the objects was created by the change, or is shared by it. */
    boolean hasMade(VariableScope variables, String change, Collection<String> pingOneIds) {
        return journal.haveMade(makers(variables, change), pingOneIds);
    }

    /** The instances that create and delete the objects of the change that an instance deals with. */
    Set<String> instances(DelegateExecution execution) {
        return changes.instancesOf(ProcessVariables.changeOf(execution));
    }

    private Set<String> makers(VariableScope variables, String change) {
        Set<String> makers = new HashSet<>(changes.instancesOf(change));
        String rollOut = ProcessVariables.text(variables, ProcessVariables.ROLL_OUT);
        if (rollOut != null) {
            // What rows share is created by another row of their roll-out.
            rollOuts.sharedPolicies(rollOut).stream().map(Row::instanceId).filter(Objects::nonNull).forEach(makers::add);
        }
        return makers;
    }
}
