package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Journal;
import org.signonflow.journal.Step;
import org.signonflow.journal.UnsettledException;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.process.AboutJob;
import org.signonflow.process.MissingInPingOne;
import org.signonflow.process.ProcessVariables;

import java.util.List;

/** A task that calls PingOne. */
public abstract class PingOneTask implements JavaDelegate {

    private final PingOneAccess access;

    protected PingOneTask(PingOneAccess access) {
        this.access = access;
    }

    @Override
    public final void execute(DelegateExecution execution) {
        AboutJob.begin(execution);
        String environment = ProcessVariables.text(execution, FlowVariables.ENVIRONMENT);
        PingOneClient pingone = access.withinLock().client(environment, execution.getProcessInstanceId());
        int taken = 0;
        try {
            taken = takePermits(execution);
            carryOut(execution, pingone);
        } catch (PingOneException failure) {
            throw access.failures().translate(failure, execution.getCurrentActivityName(), !undoes(),
                access.mayAppear(execution, ProcessVariables.changeOf(execution), failure.missing()),
                undoes() ? access.remainder(ProcessVariables.changeOf(execution)) : "");
        } catch (MissingInPingOne missing) {
            throw access.failures().translate(missing, execution.getCurrentActivityName(),
                access.mayAppear(execution, ProcessVariables.changeOf(execution), List.of(missing.pingOneId())));
        } catch (UnsettledException unsettled) {
            throw access.failures().translate(unsettled, execution.getCurrentActivityName());
        } finally {
            access.permits().owe(execution, pingone.callsSent() - taken);
        }
    }

    /** Executes the task: reads variables, calls PingOne, writes variables. */
    protected abstract void carryOut(DelegateExecution execution, PingOneClient pingone);

    /** Takes permits for the calls that are known in advance, and returns how many those are. */
    protected int takePermits(DelegateExecution execution) {
        int calls = calls(execution);
        if (!undoes()) {
            access.permits().take(execution, calls);
        }
        return calls;
    }

    /** How many calls the task makes if nothing goes wrong, the same on each attempt; any others are charged afterwards. */
    protected int calls(DelegateExecution execution) {
        return 1;
    }

    /**
     * Whether the task undoes what others did. Then a refusal by PingOne can only become an incident that lists what is left, and the
     * permits are taken along with the check who uses what is to be deleted.
     */
    public boolean undoes() {
        return false;
    }

    protected static Step step(DelegateExecution execution, String name) {
        return new Step(ProcessVariables.changeOf(execution), name, ProcessVariables.text(execution, FlowVariables.ENVIRONMENT),
            ProcessVariables.text(execution, ProcessVariables.REQUESTED_BY));
    }

    /** Whether any of the objects was created by the change, or is shared by it. */
    final boolean hasMade(VariableScope variables, String change, List<String> pingOneIds) {
        return access.hasMade(variables, change, pingOneIds);
    }

    protected final Journal journal() {
        return access.journal();
    }
}
