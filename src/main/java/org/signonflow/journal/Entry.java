package org.signonflow.journal;

import org.signonflow.pingone.Kind;

import java.time.Duration;
import java.time.Instant;

/**
 * A journaled call that changes PingOne.
 *
 * @param action     what the call was to do
 * @param attempt    the number of the step's call for this action, from 1
 * @param naturalKey what identifies the object in PingOne to people
 * @param kind       of the object; null if written by a node of the previous version
 * @param parentId   what contains the object; null for the environment, and if written by a node of the previous version
 * @param pingOneId  the object that was created or deleted; null if there is none
 * @param sent       the members that were sent, as a JSON object; null for deletions, and if sent by the previous version
 * @param endedAt    when the reply was processed, or found to be lost; null while neither is known
 * @param outcome    null while it is unknown whether PingOne executed the call
 * @param status     the HTTP status of the reply; null if there was none
 * @param errorCode  PingOne's error code, such as {@code INVALID_DATA}; null if there was none
 */
public record Entry(String id, Step step, Action action, int attempt, String naturalKey, Kind kind, String parentId, String pingOneId,
                    String sent, Instant begunAt, Instant endedAt, Outcome outcome, Integer status, String errorCode,
                    String correlationId) {

    /** What an entry is about. */
    public enum Action {
        CREATE, DELETE,
        /** Nothing is sent: from here on the instance creates nothing more. */
        CLOSE
    }

    boolean isUnfinished() {
        return outcome == null;
    }

    /**
     * When the call was over at the latest. If nothing is known of its end, the process was killed, or the call is in flight in another
     * thread: the request may be sent long after the entry was begun, if a token has to be fetched or a 401 causes it to be sent again.
     */
    Instant overAt(Duration longestCall) {
        return endedAt == null ? begunAt.plus(longestCall) : endedAt;
    }

    /**
     * Whether PingOne may still be executing the call, or not show yet what it created. A service that reported a failure is done with the
     * call; a gateway that gave up waiting (502, 504), or an unreadable success, tells nothing of the kind.
     */
    boolean mayStillBeUnderWay() {
        return status == null || !(status == 500 || status == 501 || status == 503);
    }

    /** Whether the call could have created an object that is found: its result is unknown, or nothing was there yet. */
    boolean mayHaveMade() {
        return isUnfinished() || outcome == Outcome.NOT_MADE;
    }

    /** Whether the object is known to have been created. */
    public boolean hasMade() {
        return outcome == Outcome.MADE || outcome == Outcome.ADOPTED || outcome == Outcome.FOUND;
    }

    /** The object that was created. */
    public CreatedObject made() {
        return new CreatedObject(step.instanceId(), step.name(), kind, parentId, naturalKey, pingOneId, endedAt);
    }
}
