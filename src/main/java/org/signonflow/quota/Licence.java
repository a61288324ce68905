package org.signonflow.quota;

/**
 * A PingOne licence, by which PingOne limits the rate of calls, for all its environments together.
 *
 * @param name           what it is called in the settings
 * @param callsPerMinute how many calls are made in any minute at most; 0 for no quota
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/rate-limiting.html">PingOne API: rate limiting</a>
 */
public record Licence(String name, int callsPerMinute) {

    private static final int FEWEST = 10;

    /** @throws IllegalArgumentException with a sentence that names the licence */
    public Licence {
        if (callsPerMinute != 0 && callsPerMinute < FEWEST) {
            throw new IllegalArgumentException("The licence '%s': calls-per-minute must be 0, for no quota, or at least %d, not %d."
                .formatted(name, FEWEST, callsPerMinute));
        }
    }
}
