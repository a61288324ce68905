package org.signonflow.journal;

import org.signonflow.pingone.Kind;

import java.time.Duration;
import java.time.Instant;

/**
 * One changing call, as the journal knows it.
 *
 * @param action     what was to be done
 * @param attempt    which call of the step for this action it is, from 1
 * @param naturalKey what the object is known by in PingOne
 * @param kind       of the object; null where a node of the version before did not write it down
 * @param parentId   what the object is in; null for the environment, and where a node of the version before did not write it down
 * @param pingOneId  the object that was made or deleted; null where there is none
 * @param sent       the members that were sent, as a JSON object; null of a deletion, and of what the version before sent
 * @param endedAt    when the reply was understood, or seen to be lost; null while there is no word of it
 * @param outcome    null while it is not known whether PingOne carried the call out
 * @param status     the HTTP status of the reply; null where there was none
 * @param errorCode  PingOne's code of what was wrong, such as {@code INVALID_DATA}; null where there was none
 */
public record Entry(String id, Step step, Action action, int attempt, String naturalKey, Kind kind, String parentId, String pingOneId,
                    String sent, Instant begunAt, Instant endedAt, Outcome outcome, Integer status, String errorCode,
                    String correlationId) {

    /** What an entry is about. */
    public enum Action {
        CREATE, DELETE,
        /** Nothing is sent: from here on the instance makes nothing more. */
        CLOSE
    }

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

    CreatedObject made() {
        return new CreatedObject(step.name(), kind, parentId, naturalKey, pingOneId, endedAt);
    }
}
