package org.signonflow.journal;

import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * PingOne must report an absence twice: because of one stray 404, an object would be created again, left behind, or its users overlooked.
 */
public final class Absence {

    private static final Duration UNTIL_PINGONE_AGREES = Duration.ofSeconds(3);

    private Absence() {
    }

    /**
     * A list's items; empty if the list's owner is gone.
     *
     * @param kind the kind of the list's owner
     * @param id   the owner's id
     * @throws UnsettledException if PingOne reports the owner as missing but still lists it
     */
    public static <T> List<T> unlessGone(PingOneClient pingone, Kind kind, String id, Supplier<List<T>> list, Clock clock) {
        try {
            return list.get();
        } catch (PingOneException failure) {
            if (!failure.isNotFound() || kind == null) {
                throw failure;
            }
            if (kind.ids(pingone, null).contains(id)) {
                throw contradicted(clock, failure.getMessage());
            }
            return List.of();
        }
    }

    /** What to throw if PingOne still lists what it reports as missing. */
    public static UnsettledException contradicted(Clock clock, String message) {
        return UnsettledException.until(clock.instant().plus(UNTIL_PINGONE_AGREES),
            "PingOne still lists what it reports as missing, so nothing was done: " + message);
    }
}
