package org.signonflow.process.change;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEvent;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** Records a change when its instance starts, once its variables are complete. */
@Component
public class RequestedChange {

    private final Changes changes;
    private final Clock clock;
    private final ApplicationEventPublisher events;

    RequestedChange(Changes changes, Clock clock, ApplicationEventPublisher events) {
        this.changes = changes;
        this.clock = clock;
        this.events = events;
    }

    /** Records what the starting instance is to change. */
    public void record(DelegateExecution execution, String process) {
        Change change = of(execution.getProcessInstanceId(), process, clock.instant(), name -> ProcessVariables.text(execution, name));
        changes.add(change);
        events.publishEvent(new ChangeEvent(ChangeEvent.Kind.REQUESTED, change));
    }

    /**
     * The change as it is when it is requested.
     *
     * @param process  the key of the instance's process
     * @param variable returns a variable's text by name; null if unset
     */
    static Change of(String id, String process, Instant requestedAt, UnaryOperator<String> variable) {
        String line = variable.apply(ProcessVariables.LINE);
        // A row's model is that of both flows. The id of a new application becomes known only later.
        boolean isNew = process.equals(Flow.ROW) ? Boolean.parseBoolean(variable.apply(FlowVariables.ENROLS_APPLICATION))
            : Flow.find(process).map(Flow::makesApplication).orElse(false);
        boolean sharedPolicy = line != null && Integer.parseInt(line) <= 0;
        return new Change(id, process.equals(Flow.ROW) && !sharedPolicy ? Flow.ofRow(isNew).key() : process,
            variable.apply(FlowVariables.ENVIRONMENT), variable.apply(FlowVariables.APPLICATION_NAME),
            isNew ? null : variable.apply(FlowVariables.APPLICATION_ID), variable.apply(FlowVariables.POLICY_NAME),
            variable.apply(ProcessVariables.REQUESTED_BY), requestedAt, variable.apply(FlowVariables.REASON),
            variable.apply(ProcessVariables.ROLL_OUT), line == null ? null : Integer.valueOf(line), ChangeState.CREATING, requestedAt, null,
            null, null, null, null, null, null, null, null, null, null).about(variable.apply(FlowVariables.CHANGE));
    }
}
