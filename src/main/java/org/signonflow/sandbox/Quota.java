package org.signonflow.sandbox;

import java.time.Duration;

/** Limits the requests per minute. A minute starts with its first request; the next one with the first request after its end. */
final class Quota {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private long started = System.nanoTime();
    private int used;

    Quota(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Takes one request out of the quota and returns 0, or returns the seconds until there is room again. */
    synchronized long secondsUntilRoom() {
        long now = System.nanoTime();
        if (used == 0 || now - started >= MINUTE) {
            started = now;
            used = 0;
        }
        if (perMinute == 0 || used < perMinute) {
            used++;
            return 0;
        }
        return Math.max(1, Duration.ofNanos(started + MINUTE - now).toSeconds());
    }
}
