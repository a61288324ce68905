package org.signonflow.quota;

import java.time.Duration;

/** Is told how a quota is used by this node. Must be thread-safe, and never throw. */
public interface QuotaObserver {

    /** Looks at nothing. */
    QuotaObserver NONE = new QuotaObserver() {
        @Override
        public void used(Licence licence, Lane lane, int calls) {
        }

        @Override
        public void waits(Licence licence, Lane lane, Duration wait) {
        }
    };

    /** Calls were taken out of the budget, now or for when they become free. */
    void used(Licence licence, Lane lane, int calls);

    /** Someone has to wait for their turn. */
    void waits(Licence licence, Lane lane, Duration wait);
}
