package org.signonflow.journal;

import java.time.Duration;
import java.time.Instant;

/**
 * One changing call, as the journal knows it.
 *
 * @param endedAt   when the reply was understood, or seen to be lost; null while there is no word of it
 * @param outcome   null while it is not known whether PingOne carried the call out
 * @param status    the HTTP status of the reply; null where there was none
 * @param pingOneId the object that was made or deleted; null where there is none
 */
record Entry(String id, String reference, Instant begunAt, Instant endedAt, Outcome outcome, Integer status, String pingOneId) {

    boolean isUnfinished() {
        return outcome == null;
    }

    /**
     * When the call was over at the latest. Where there is no word of it, somebody was killed, or it is under way in another thread: the
     * request may leave long after the entry was begun, when a token has to be fetched or a 401 makes it be sent a second time.
     */
    Instant overAt(Duration longestCall) {
        return endedAt == null ? begunAt.plus(longestCall) : endedAt;
    }

    /**
     * Whether PingOne may be carrying the call out still, or not show yet what it made. A service that answered that it failed is done
     * with the call; a gateway that gave up waiting (502, 504), or a success that could not be read, says nothing of the kind.
     */
    boolean mayStillBeUnderWay() {
        return status == null || !(status == 500 || status == 501 || status == 503);
    }

    /** Whether it could be the one that made what is found: nobody has heard of it, or only that nothing was there yet. */
    boolean mayHaveMade() {
        return isUnfinished() || outcome == Outcome.NOT_MADE;
    }

    boolean hasMade() {
        return outcome == Outcome.MADE || outcome == Outcome.ADOPTED || outcome == Outcome.FOUND;
    }
}
