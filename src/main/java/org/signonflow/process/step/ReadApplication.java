package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;

/** Makes sure, before anything is created, that the application exists, and finds out how its users sign on. */
@Component
class ReadApplication extends PingOneTask {

    private final List<Approval> approvals;

    ReadApplication(PingOneAccess access, List<Approval> approvals) {
        super(access);
        this.approvals = approvals;
    }

    @Override
    protected int calls(DelegateExecution execution) {
        return Approval.of(approvals, execution).callsToPrepare(execution);
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        Approval.of(approvals, execution).prepare(execution, pingone);
    }
}
