package org.signonflow.process.rollout;

import org.signonflow.rollout.CallBudget;
import org.signonflow.rollout.RollOuts;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * How many rows of a roll-out are in progress at once: enough to keep the job threads busy, but few enough that the next flow a person
 * starts finds few jobs and, under a quota, a short queue ahead of it.
 */
@Component
class RowsAtOnce {

    /** How many seconds' worth of the call budget may be committed. */
    private static final int SECONDS = 2;
    private static final int FEWEST = 4;

    private final int most;
    private final RollOuts rollOuts;
    private final CallBudget budget;

    RowsAtOnce(@Value("${signonflow.roll-out.rows-at-once}") int most, RollOuts rollOuts, CallBudget budget) {
        this.most = most;
        this.rollOuts = rollOuts;
        this.budget = budget;
    }

    int of(String rollOutId) {
        double perMinute = rollOuts.facts(rollOutId).keySet().stream().mapToDouble(budget::perMinute).filter(rate -> rate > 0).min()
            .orElse(0);
        return perMinute == 0 ? most : (int) Math.min(most, Math.max(FEWEST, perMinute / 60 * SECONDS));
    }
}
