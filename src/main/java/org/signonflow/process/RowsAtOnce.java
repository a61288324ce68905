package org.signonflow.process;

import org.signonflow.rollout.RollOuts;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * How many rows of a roll-out are under way together: enough to keep the job executor's threads busy, and few enough that the next flow of
 * a person finds the job table short.
 */
@Component
class RowsAtOnce {

    private final int most;

    RowsAtOnce(@Value("${signonflow.roll-out.rows-at-once}") int most) {
        this.most = most;
    }

    int of(String rollOutId) {
        return most;
    }
}
