package org.signonflow.pingone;

import java.time.Duration;

/**
 * How long a call may take.
 *
 * @param connect until connected; exceeding it means that nothing was sent
 * @param read between two bytes; exceeding it leaves the outcome unknown
 * @param call for the whole call, so that a server that sends a byte now and then cannot hold a thread
 */
public record Timeouts(Duration connect, Duration read, Duration call) {

    /** 5, 20 and 30 seconds. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if one is missing, zero or negative: OkHttp would take zero for "for ever" */
    public Timeouts {
        requirePositive(connect, "connect");
        requirePositive(read, "read");
        requirePositive(call, "call");
    }

    private static void requirePositive(Duration duration, String name) {
        if (duration == null || duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("The " + name + " timeout must be longer than zero.");
        }
    }
}
