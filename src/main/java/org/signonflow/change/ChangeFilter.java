package org.signonflow.change;

import java.time.Instant;
import java.util.stream.Stream;

/**
 * Which changes are asked for; a part that is null leaves nothing out.
 *
 * @param text      what the application, the policy, or the id contains, in any case
 * @param standing  where it stands
 * @param requester the user's name
 * @param from      requested then or later
 * @param to        requested before that
 * @param rows      false leaves out rows of roll-outs, true all else
 * @param notBy     leaves out what this user requested
 * @param drift     what their last check has found
 */
public record ChangeFilter(String text, Standing standing, String environment, String flow, String requester, Instant from, Instant to,
                           String rollOut, Boolean rows, String notBy, Drifted drift) {

    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** Makes its times {@linkplain #storable storable}. */
    public ChangeFilter {
        from = storable(from);
        to = storable(to);
    }

    /** The time, or the nearest that every database can store; null stays null. */
    public static Instant storable(Instant time) {
        return time == null ? null : time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    }

    /** Whatever their last check has found. */
    public ChangeFilter(String text, Standing standing, String environment, String flow, String requester, Instant from, Instant to,
                        String rollOut, Boolean rows, String notBy) {
        this(text, standing, environment, flow, requester, from, to, rollOut, rows, notBy, null);
    }

    /** Whether nothing can match: no text that is stored contains such characters. */
    public boolean isUnmatchable() {
        return Stream.of(text, environment, flow, requester, rollOut).flatMap(Stream::ofNullable)
            .anyMatch(one -> PlainText.unstorable(one).isPresent());
    }

    /** Leaves nothing out. */
    public static final ChangeFilter ALL = new ChangeFilter(null, null, null, null, null, null, null, null, null, null);

    /** Only those of a standing. */
    public ChangeFilter with(Standing other) {
        return new ChangeFilter(text, other, environment, flow, requester, from, to, rollOut, rows, notBy, drift);
    }

    /** Only those of a requester. */
    public ChangeFilter by(String user) {
        return new ChangeFilter(text, standing, environment, flow, user, from, to, rollOut, rows, notBy, drift);
    }

    /** Only those whose last check has found this. */
    public ChangeFilter with(Drifted found) {
        return new ChangeFilter(text, standing, environment, flow, requester, from, to, rollOut, rows, notBy, found);
    }

    /** Without rows of roll-outs. */
    public ChangeFilter alone() {
        return new ChangeFilter(text, standing, environment, flow, requester, from, to, rollOut, false, notBy, drift);
    }

    /** Without those of a requester. */
    public ChangeFilter notBy(String user) {
        return new ChangeFilter(text, standing, environment, flow, requester, from, to, rollOut, rows, user, drift);
    }
}
