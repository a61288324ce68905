package org.signonflow.process.rollout;

import java.time.Clock;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

/** What every task that deals with a roll-out's rows needs. */
@Component
record RollOutAccess(RollOuts rollOuts, RuntimeService runtime, RowsAtOnce rowsAtOnce, Clock clock) {
}
