package org.signonflow.process.step;

import org.springframework.stereotype.Component;

/** Undoes {@link AssignPolicy}. */
@Component
class UnassignPolicy extends UndoingTask {

    UnassignPolicy(PingOneAccess access, AssignPolicy made, Undo undo, UndoReview review) {
        super(access, made, undo, review);
    }
}
