package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.journal.CreatedObject;
import org.signonflow.pingone.PingOneClient;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;

/**
 * Prepares compensation, whose handlers all run in the single transaction of the throwing event: takes the permits for all of them and
 * checks whether others use what they are about to delete. If so, everything else is undone here, and the event is not thrown.
 */
@Component
class TurnToUndo implements ExecutionListener {

    private final PingOneTask preparation;

    TurnToUndo(PingOneAccess access, UsageByOthers usageByOthers, Undo undo) {
        preparation = new PingOneTask(access) {
            @Override
            protected int takePermits(DelegateExecution execution) {
                List<CreatedObject> left = remaining(execution);
                int calls = left.size() + usageByOthers.reads(left);
                usageByOthers.await(execution, left, () -> access.permits().take(execution, calls));
                return calls;
            }

            @Override
            protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
                Map<String, String> stays = usageByOthers.of(execution, pingone, remaining(execution));
                if (!stays.isEmpty()) {
                    throw undo.undoAllBut(execution, pingone, stays);
                }
            }

            @Override
            public boolean undoes() {
                return true;
            }

            private List<CreatedObject> remaining(DelegateExecution execution) {
                return undo.remaining(execution);
            }
        };
    }

    @Override
    public void notify(DelegateExecution execution) {
        preparation.execute(execution);
    }
}
