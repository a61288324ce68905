package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Creation;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.ProcessVariables;

import java.util.function.Function;

/** A task that creates one object in PingOne and knows how to find it again. */
public abstract class CreatingTask extends PingOneTask {

    private final Kind kind;
    private final String idVariable;

    /**
     * @param kind       of the object
     * @param idVariable the variable that holds the object's id once the engine knows it
     */
    CreatingTask(PingOneAccess access, Kind kind, String idVariable) {
        super(access);
        this.kind = kind;
        this.idVariable = idVariable;
    }

    abstract Creation creation(VariableScope variables);

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        create(execution, creation -> journal().create(step(execution, taskId()), pingone, creation));
    }

    /** @param create returns the object's id */
    final void create(DelegateExecution execution, Function<Creation, String> create) {
        execution.setVariable(idVariable, create.apply(creation(execution)));
    }

    final Kind kind() {
        return kind;
    }

    public final String taskId() {
        return "Task_" + getClass().getSimpleName();
    }

    /** Adds kind and parent to what the task has created. */
    final CreatedObject located(VariableScope variables, CreatedObject made) {
        return made.in(kind, kind.parent() == null ? null
            : ProcessVariables.text(variables, kind.parent() == Kind.APPLICATION ? FlowVariables.APPLICATION_ID : FlowVariables.POLICY_ID));
    }

    /** The id of the object the task created, as far as the engine knows; null if none. */
    final String made(VariableScope variables) {
        return ProcessVariables.text(variables, idVariable);
    }
}
