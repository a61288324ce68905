package org.signonflow.change;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * Something that happened to a change.
 *
 * @param step the step's name in the model; null where it concerns none
 * @param by   the person who did it; null if nobody did
 * @param text what was said: by that person, by PingOne, or about a failure; null if nothing
 * @param call the call to PingOne; null for anything else
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TimelineEvent(Instant at, Type type, String step, String by, String text, Call call) {

    /** What happened. */
    public enum Type {

        REQUESTED,
        /** A call that changes PingOne was begun. */
        CALL,
        /** A step failed and will be repeated by itself. */
        RETRYING,
        /** A step failed for good. */
        INCIDENT,
        /** An operator had the stuck step repeated. */
        RETRIED,
        /** The stuck step was repeated with its roll-out, or was no longer needed. */
        INCIDENT_RESOLVED,
        APPROVAL_REQUESTED,
        REMINDED,
        APPROVED,
        DECLINED,
        /** Nobody decided in time. */
        EXPIRED,
        COMMENT,
        ROLL_BACK,
        ENDED,
        /** A check found that PingOne has something else than the change created. */
        DRIFT_FOUND,
        /** A person said that what was found is how it should be. */
        DRIFT_ACCEPTED,
        /** A check found that this is no longer so, or that something else is. */
        DRIFT_GONE
    }

    /**
     * A call that changes PingOne.
     *
     * @param path          relative to the environment; null if a version recorded it that did not keep it
     * @param attempt       counted for each step and method from 1
     * @param outcome       as in the journal, such as {@code MADE}; null while it is unknown whether PingOne carried it out
     * @param status        null if there was no reply
     * @param errorCode     PingOne's, null if there was none
     * @param correlationId PingOne's; null if there was no reply
     * @param millis        from the first to the last of it; null while it is under way
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Call(String method, String path, int attempt, String outcome, Integer status, String errorCode, String correlationId,
                       Long millis) {
    }

    /** An event without a call. */
    public static TimelineEvent of(Instant at, Type type, String step, String by, String text) {
        return new TimelineEvent(at, type, step, by, text, null);
    }
}
