package org.signonflow.change;

import java.time.Instant;

/**
 * Which changes are asked for; a part that is null leaves nothing out.
 *
 * @param text      what the application, the policy, or the id contains, in any case
 * @param standing  where it stands
 * @param requester the user's name
 * @param from      requested then or later
 * @param to        requested before that
 * @param noRows    leaves out rows of roll-outs
 */
public record ChangeFilter(String text, Standing standing, String environment, String flow, String requester, Instant from, Instant to,
                           String rollOut, boolean noRows) {

    /** Leaves nothing out. */
    public static final ChangeFilter ALL = new ChangeFilter(null, null, null, null, null, null, null, null, false);

    /** Only those of a standing. */
    public ChangeFilter with(Standing other) {
        return new ChangeFilter(text, other, environment, flow, requester, from, to, rollOut, noRows);
    }

    /** Only those of a requester. */
    public ChangeFilter by(String user) {
        return new ChangeFilter(text, standing, environment, flow, user, from, to, rollOut, noRows);
    }

    /** Without rows of roll-outs. */
    public ChangeFilter alone() {
        return new ChangeFilter(text, standing, environment, flow, requester, from, to, rollOut, true);
    }
}
