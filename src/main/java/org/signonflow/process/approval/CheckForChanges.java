package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Checks;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.PingOneAccess;
import org.signonflow.process.step.PingOneTask;
import org.springframework.stereotype.Component;

import java.time.Clock;

/**
 * Ensures that what is assigned is what was approved: if someone has meanwhile changed in PingOne what the approvers were shown, they are
 * told what is there now and asked again. If something is gone, PingOne's 404 is a refusal, and the flow ends.
 */
@Component
class CheckForChanges extends PingOneTask {

    private final Checks checks;
    private final Clock clock;

    CheckForChanges(PingOneAccess access, Checks checks, Clock clock) {
        super(access);
        this.checks = checks;
        this.clock = clock;
    }

    @Override
    protected int calls(DelegateExecution execution) {
        return ApprovedState.reads(execution);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        // Taken before reading: changes made while reading may go unnoticed.
        String now = clock.instant().toString();
        ApprovedState.Comparison found = ApprovedState.compare(pingone, execution);
        if (found.parts().isEmpty()) {
            execution.setVariable(ProcessVariables.CHANGES, null);
            execution.setVariable(ProcessVariables.LOOKED_AT, now);
        } else {
            ApprovedState.askAgain(execution, found);
            checks.besides(execution.getProcessInstanceId(), found.now().besides());
        }
    }
}
