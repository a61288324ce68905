package org.signonflow.process.step;

import org.springframework.stereotype.Component;

/** Undoes {@link GrantScopes}. */
@Component
class RevokeScopes extends UndoingTask {

    RevokeScopes(PingOneAccess access, GrantScopes made, Undo undo, UndoReview review) {
        super(access, made, undo, review);
    }
}
