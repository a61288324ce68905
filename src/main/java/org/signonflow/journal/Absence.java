package org.signonflow.journal;

import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** That something is not there PingOne has to say twice: one stray 404 would have it made once more, left behind, or its users passed over. */
public final class Absence {

    private static final Duration UNTIL_PINGONE_AGREES = Duration.ofSeconds(3);

    private Absence() {
    }

    /**
     * What a list has; nothing where what the list belongs to is gone.
     *
     * @param kind what the list belongs to
     * @param id   which one
     * @throws UnsettledException where PingOne says that there is none, and lists it all the same
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

    static UnsettledException contradicted(Clock clock, String message) {
        return UnsettledException.until(clock.instant().plus(UNTIL_PINGONE_AGREES),
            "PingOne still lists what it reports as missing, so nothing was done: " + message);
    }
}
