package org.signonflow.quota;

/**
 * A PingOne licence: PingOne limits the rate of calls per licence, for all its environments together.
 *
 * @param name           its name in the settings
 * @param callsPerMinute the maximum number of calls in any minute; 0 for no quota
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/rate-limiting.html">PingOne API: rate limiting</a>
 */
public record Licence(String name, int callsPerMinute) {

    private static final int FEWEST = 10;

    /** @throws IllegalArgumentException with a message that names the licence */
    public Licence {
        if (callsPerMinute != 0 && callsPerMinute < FEWEST) {
            throw new IllegalArgumentException("The licence '%s': calls-per-minute must be 0, for no quota, or at least %d, not %d."
                .formatted(name, FEWEST, callsPerMinute));
        }
    }
}
