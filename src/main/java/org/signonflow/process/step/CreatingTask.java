package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.ProcessVariables;

import java.time.Instant;
import java.util.Optional;

/** A task that makes one object in PingOne, and knows how to find and to remove it. */
public abstract class CreatingTask extends PingOneTask {

    private final String idVariable;

    /** @param idVariable the variable that holds the object's id once the engine knows it */
    CreatingTask(PingOneAccess access, String idVariable) {
        super(access);
        this.idVariable = idVariable;
    }

    abstract Creation creation(VariableScope variables);

    @Override
    protected final void carryOut(DelegateExecution execution, PingOneClient pingone) {
        execution.setVariable(idVariable, journal().create(step(execution, taskId()), pingone, creation(execution),
            lastTried -> beforeSending(execution, pingone, lastTried)));
    }

    /**
     * Called right before the call is sent, and not where the object was made by an earlier one.
     *
     * @param lastTried when an earlier attempt to make it ended; empty at the first
     * @throws RuntimeException where it must not be sent now
     */
    void beforeSending(DelegateExecution execution, PingOneClient pingone, Optional<Instant> lastTried) {
    }

    /** Whether PingOne removes it with what it was made in, and not otherwise. */
    boolean goesWithItsParent() {
        return false;
    }

    public final String taskId() {
        return "Task_" + getClass().getSimpleName();
    }

    /** The id of the object that the engine knows the task has made, or null. */
    final String made(VariableScope variables) {
        return ProcessVariables.text(variables, idVariable);
    }
}
