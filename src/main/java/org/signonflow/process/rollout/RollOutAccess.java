package org.signonflow.process.rollout;

import java.time.Clock;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

/** What every task needs that deals with the rows of a roll-out. */
@Component
record RollOutAccess(RollOuts rollOuts, RuntimeService runtime, RowsAtOnce rowsAtOnce, Clock clock) {
}
