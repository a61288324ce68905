package org.signonflow.process.step;

import org.springframework.stereotype.Component;

/** Undoes {@link CreateSignOnPolicy}. */
@Component
class DeleteSignOnPolicy extends UndoingTask {

    DeleteSignOnPolicy(PingOneAccess access, CreateSignOnPolicy made, Undo undo, UndoReview review) {
        super(access, made, undo, review);
    }
}
