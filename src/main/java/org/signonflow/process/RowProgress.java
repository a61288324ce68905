package org.signonflow.process;

import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Trouble;
import org.springframework.stereotype.Component;

/** Tells the roll-out where its row stands, in the transaction in which it gets there. */
@Component
public class RowProgress implements ExecutionListener {

    private static final Map<String, RowState> STATES = Map.of("Event_RollOutApproved", RowState.READY,
        "Event_RollOutFinished", RowState.ASSIGNED);

    private final RollOuts rollOuts;

    RowProgress(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    @Override
    public void notify(DelegateExecution execution) {
        RowState reached = STATES.get(execution.getCurrentActivityId());
        if (EVENTNAME_END.equals(execution.getEventName())) {
            String outcome = ProcessVariables.text(execution, ProcessVariables.OUTCOME);
            // Only an administrator can end an instance otherwise.
            reached = outcome == null ? RowState.ROLLED_BACK : RowState.valueOf(outcome);
        }
        Map<String, String> ids = new HashMap<>();
        for (String id : RollOuts.IDS) {
            ids.put(id, ProcessVariables.text(execution, id));
        }
        rollOuts.reached(execution.getProcessInstanceId(), reached, ProcessVariables.text(execution, ProcessVariables.REJECTION), ids);
    }

    /** A step failed; {@code forGood} says whether a person has to look. Does nothing where the instance is no row of a roll-out. */
    public void failed(String instanceId, String message, boolean forGood) {
        rollOuts.failed(instanceId, forGood ? Trouble.FAILED : Trouble.RETRYING, message);
    }
}
