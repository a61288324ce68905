package org.signonflow.web;

import org.signonflow.rollout.Review;
import org.signonflow.rollout.ReviewedRow;
import org.signonflow.rollout.RollOut;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** The rows of the roll-outs that a user may see, by their lines: what each is to change, whether it has begun or not. */
@Component
class VisibleRows {

    private final VisibleRollOuts rollOuts;
    private final Review review;
    private final VisibleChanges changes;
    private final ChangeDetails details;

    VisibleRows(VisibleRollOuts rollOuts, Review review, VisibleChanges changes, ChangeDetails details) {
        this.rollOuts = rollOuts;
        this.review = review;
        this.changes = changes;
        this.details = details;
    }

    /** Answers the call with 404 where there is none. The change has no id until the row has begun. */
    ChangeDetails.Details find(String rollOutId, int line, Authentication who) {
        RollOut rollOut = rollOuts.find(rollOutId, who);
        ReviewedRow row = review.row(rollOutId, line)
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such change."));
        String begun = row.row().instanceId();
        return begun == null ? details.ofRow(rollOut, row) : details.of(changes.find(begun, who));
    }
}
