package org.signonflow.process.rollout;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Stage;
import org.springframework.stereotype.Component;

/** Notes how the roll-out has ended. */
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
        // Only an administrator can end it otherwise.
        rollOuts.enter(execution.getProcessInstanceId(), outcome == null ? Stage.ROLLED_BACK : Stage.valueOf(outcome));
    }
}
