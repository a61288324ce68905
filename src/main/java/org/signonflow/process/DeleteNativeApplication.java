package org.signonflow.process;

import org.springframework.stereotype.Component;

/** Undoes {@link CreateNativeApplication}. */
@Component
class DeleteNativeApplication extends UndoingTask {

    DeleteNativeApplication(PingOneAccess access, CreateNativeApplication made, Undo undo) {
        super(access, made, undo);
    }
}
