package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

/** Makes sure, before anything is created, that the application exists; its name is what the approver reads. */
@Component
class ReadApplication extends PingOneTask {

    ReadApplication(PingOneAccess access) {
        super(access);
    }

    @Override
    void carryOut(DelegateExecution execution, PingOneClient pingone) {
        String applicationId = ProcessVariables.text(execution, ProcessVariables.APPLICATION_ID);
        Application application = pingone.readApplication(applicationId);
        execution.setVariable(ProcessVariables.APPLICATION_NAME, application.name());
        execution.setVariable(ProcessVariables.APPLICATION_STATE, ApprovedState.hash(ApprovedState.describe(application)));
    }
}
