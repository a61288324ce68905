package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** All compensation handlers run in the one transaction of the event that throws: before it, the turn is taken for all of them. */
@Component
class TurnToUndo implements ExecutionListener {

    private final Turns turns;

    TurnToUndo(Turns turns) {
        this.turns = turns;
    }

    @Override
    public void notify(DelegateExecution execution) {
        long handlers = execution.getProcessEngineServices().getRuntimeService().createEventSubscriptionQuery()
            .processInstanceId(execution.getProcessInstanceId()).eventType("compensate").count();
        turns.take(execution, (int) handlers);
    }
}
