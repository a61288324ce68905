package org.signonflow.process.rollout;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Records how the roll-out ended. */
@Component
class RollOutEnded implements ExecutionListener {

    private final RollOuts rollOuts;

    RollOutEnded(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String outcome = ProcessVariables.text(execution, ProcessVariables.OUTCOME);
        if ("DECLINED".equals(outcome) && !"decline".equals(ProcessVariables.text(execution, ProcessVariables.DECISION))) {
            rollOuts.decided(execution.getProcessInstanceId(), "expired", null, null);
        }
        // Without an outcome, an administrator ended it.
        rollOuts.enter(execution.getProcessInstanceId(), outcome == null ? Stage.ROLLED_BACK : Stage.valueOf(outcome));
    }
}
