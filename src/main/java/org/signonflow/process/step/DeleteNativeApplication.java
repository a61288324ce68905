package org.signonflow.process.step;

import org.springframework.stereotype.Component;

/** Undoes {@link CreateNativeApplication}. */
@Component
class DeleteNativeApplication extends UndoingTask {

    DeleteNativeApplication(PingOneAccess access, CreateNativeApplication made, Undo undo, UndoReview review) {
        super(access, made, undo, review);
    }
}
