package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.signonflow.journal.Journal;
import org.signonflow.journal.Step;
import org.signonflow.journal.UnsettledException;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;

import java.util.Map;

/** A task that calls PingOne. */
abstract class PingOneTask implements JavaDelegate {

    private final PingOneAccess access;

    PingOneTask(PingOneAccess access) {
        this.access = access;
    }

    @Override
    public final void execute(DelegateExecution execution) {
        String environment = ProcessVariables.text(execution, ProcessVariables.ENVIRONMENT);
        PingOneClient pingone = access.environments().client(environment).withTransaction(execution.getProcessInstanceId());
        if (!undoes()) {
            access.turns().take(execution, calls(execution));
        }
        try {
            carryOut(execution, pingone);
        } catch (PingOneException failure) {
            throw access.failures().translate(failure, execution.getCurrentActivityName(), !undoes(), undoes() ? left(execution) : "");
        } catch (UnsettledException unsettled) {
            throw access.failures().translate(unsettled, execution.getCurrentActivityName());
        } finally {
            access.turns().owe(execution, pingone.callsSent() - calls(execution));
        }
    }

    /** One call to PingOne: reads variables, calls, writes variables. */
    abstract void carryOut(DelegateExecution execution, PingOneClient pingone);

    /** How many calls the task is known to make when nothing is amiss, the same at each attempt; the others are counted afterwards. */
    int calls(DelegateExecution execution) {
        return 1;
    }

    /**
     * Whether the task takes back what others did. Then PingOne's refusal has nowhere to lead but to an incident that lists what is left,
     * and the turn was taken before, by {@link TurnToUndo}.
     */
    boolean undoes() {
        return false;
    }

    final Step step(DelegateExecution execution, String name) {
        return new Step(execution.getProcessInstanceId(), name, ProcessVariables.text(execution, ProcessVariables.ENVIRONMENT),
            ProcessVariables.text(execution, ProcessVariables.REQUESTED_BY));
    }

    final Journal journal() {
        return access.journal();
    }

    private String left(DelegateExecution execution) {
        Map<String, String> left = journal().left(execution.getProcessInstanceId());
        // The action goes with its policy.
        left.remove("Task_AddMfaAction");
        return left.isEmpty() ? "" : " Left in PingOne: " + String.join(", ", left.values()) + ".";
    }
}
