package org.signonflow.web;

import org.signonflow.change.TimelineEvent;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * An event of a change's timeline in the words of its page; public for its template.
 *
 * @param who what its person is called; null if it has none
 */
public record EventView(TimelineEvent event, boolean withdrawn, String who) {

    private static final Map<String, String> OUTCOMES = Map.of(
        "MADE", "created", "ADOPTED", "the reply was lost; what it had created was found",
        "FOUND", "the reply was lost; something as requested was found", "NOT_MADE", "the reply was lost; it had created nothing",
        "REFUSED", "refused", "NOT_NOW", "not carried out; may pass later", "DELETED", "deleted", "GONE", "was gone already",
        "REPEATED", "the reply was lost; sent again");

    public Instant at() {
        return event.at();
    }

    public String style() {
        return event.type().name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return switch (event.type()) {
            case REQUESTED -> "Requested" + by();
            case CALL -> event.step() + (event.call().attempt() > 1 ? ", attempt " + event.call().attempt() : "");
            case RETRYING -> event.step() + " failed and is repeated";
            case INCIDENT -> event.step() + " is stuck";
            case RETRIED -> event.step() + " was retried" + by();
            case INCIDENT_RESOLVED -> event.step() + " is no longer stuck";
            case APPROVAL_REQUESTED -> "Waiting for approval";
            case REMINDED -> "The approvers were reminded";
            case APPROVED -> "Approved" + by();
            case DECLINED -> "Declined" + by();
            case EXPIRED -> "Nobody decided in time";
            case COMMENT -> "Comment" + by();
            case ROLL_BACK -> (withdrawn ? "Withdrawn" : "Roll back requested") + by();
            case ENDED -> "Ended";
            case DRIFT_FOUND -> "No longer in PingOne as it was created";
            case DRIFT_ACCEPTED -> "Accepted as it is in PingOne" + by();
            case DRIFT_GONE -> "This difference is gone again";
        };
    }

    private String by() {
        return who == null ? "" : " by " + who;
    }

    public String text() {
        return event.type() == TimelineEvent.Type.ENDED && event.text() != null
            ? withdrawn ? "withdrawn" : event.text().toLowerCase(Locale.ROOT).replace('_', ' ')
            : event.text();
    }

    /** Method and path; null if it is no call. */
    public String call() {
        return event.call() == null ? null : event.call().method() + (event.call().path() == null ? "" : " " + event.call().path());
    }

    /** What PingOne answered; null if it is no call. */
    public String result() {
        TimelineEvent.Call call = event.call();
        return call == null ? null : (call.status() == null ? "" : call.status() + ", ")
            + (call.outcome() == null ? call.millis() == null ? "under way" : "no reply yet" : OUTCOMES.getOrDefault(call.outcome(), ""))
            + (call.errorCode() == null ? "" : ", " + call.errorCode()) + (call.millis() == null ? "" : ", %,d ms".formatted(call.millis()))
            + (call.correlationId() == null ? "" : ", correlation id " + call.correlationId());
    }
}
