package org.signonflow.process;

import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** A row has no approval of its own, so nobody may start one; the roll-out does, and nobody is logged in then. */
@Component
class StartedByRollOut implements ExecutionListener {

    private final IdentityService identities;

    StartedByRollOut(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (identities.getCurrentAuthentication() != null) {
            throw new InvalidInput(List.of("A row is started by its roll-out only."));
        }
    }
}
