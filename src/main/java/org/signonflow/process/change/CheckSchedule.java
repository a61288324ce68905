package org.signonflow.process.change;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How often completed changes are compared with PingOne by themselves: {@code signonflow.drift.check}. */
public enum CheckSchedule {

    OFF(null), DAILY(ChronoUnit.DAYS), HOURLY(ChronoUnit.HOURS);

    private final ChronoUnit period;

    CheckSchedule(ChronoUnit period) {
        this.period = period;
    }

    /** When the current period began, in UTC: what was compared since then need not be compared now. */
    Instant since(Instant now) {
        return now.truncatedTo(period);
    }
}
