package org.signonflow.engine;

import org.camunda.bpm.engine.ProcessEngineException;

/** Searches the chain of causes. */
final class Causes {

    private Causes() {
    }

    static <T extends Throwable> T find(Throwable failure, Class<T> type) {
        for (Throwable each = failure; each != null; each = each.getCause() == each ? null : each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }

    /** Whether the engine itself refused, rather than something beneath it having failed. */
    static boolean isSaidByTheEngine(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (!(each instanceof ProcessEngineException)) {
                return false;
            }
        }
        return true;
    }
}
