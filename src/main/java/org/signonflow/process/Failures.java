package org.signonflow.process;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.signonflow.journal.UnsettledException;
import org.signonflow.pingone.PingOneException;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Translates a failed call for the engine. A refusal by PingOne is a BPMN error, which the model routes to undo; a transient failure fails
 * the job, which the engine retries; anything that retrying cannot fix becomes an incident at once.
 */
@Component
public class Failures {

    public static final String REFUSED_BY_PINGONE = "REFUSED_BY_PINGONE";
    /** Not a PingOne failure: what would take effect is no longer what was approved, so the approvers are asked again. */
    public static final String CHANGED_SINCE_APPROVAL = "CHANGED_SINCE_APPROVAL";

    /** Newly granted permissions reach all of PingOne's services with a delay. */
    private static final Duration PATIENCE_FOR_PERMISSIONS = Duration.ofMinutes(2);
    private static final Duration PAUSE_FOR_PERMISSIONS = Duration.ofSeconds(10);
    private static final Duration PAUSE_WHEN_LIMITED = Duration.ofSeconds(2);
    /** {@code Retry-After: 0}, or a date in the past by our clock, must not make a job spin. */
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private final RetryTimes times;
    private final Clock clock;

    Failures(RetryTimes times, Clock clock) {
        this.times = times;
        this.clock = clock;
    }

    /**
     * @param again     when to ask again, if PingOne reports something as missing that was only just created; null otherwise
     * @param remainder what is left in PingOne, as a sentence, or an empty string
     */
    public RuntimeException translate(PingOneException failure, String task, boolean mayBeRefused, Instant again, String remainder) {
        String message = task + ": " + failure.getMessage() + remainder;
        if (again != null) {
            return untilItAppears(again, message, failure);
        }
        return switch (failure.outcome()) {
            case REFUSED -> mayBeRefused
                ? new BpmnError(REFUSED_BY_PINGONE, task + " was refused: " + failure.reason(), failure)
                : new NeedsOperator(message, failure);
            case UNAUTHENTICATED -> new NeedsOperator(message, failure);
            case NOT_NOW, UNKNOWN -> {
                Instant now = clock.instant();
                if (failure.isForbidden()) {
                    yield new RetryAfter(now.plus(PAUSE_FOR_PERMISSIONS), PATIENCE_FOR_PERMISSIONS, message, failure);
                }
                if (failure.status() == 429 || failure.notBefore().isPresent()) {
                    Instant told = failure.notBefore().orElse(now.plus(PAUSE_WHEN_LIMITED));
                    Instant earliest = now.plus(SHORTEST_PAUSE);
                    Instant latest = now.plus(times.maxRetryAfter());
                    yield new RetryAfter(told.isAfter(latest) ? latest : told.isBefore(earliest) ? earliest : told, times.budget(),
                        message, failure);
                }
                yield new StepFailed(message, failure);
            }
        };
    }

    /** Translates something that was not found, see {@link MissingInPingOne}. */
    public RuntimeException translate(MissingInPingOne missing, String task, Instant again) {
        return again == null ? new BpmnError(REFUSED_BY_PINGONE, missing.getMessage())
            : untilItAppears(again, task + ": " + missing.getMessage(), missing);
    }

    /** The journal limits for how long; the job, which may be older than the object, gets the whole budget. */
    private RuntimeException untilItAppears(Instant again, String message, Throwable cause) {
        return new RetryAfter(again, times.budget(), message, cause);
    }

    public RuntimeException translate(UnsettledException unsettled, String task) {
        String message = task + ": " + unsettled.getMessage();
        return unsettled.notBefore()
            .<RuntimeException>map(notBefore -> new RetryAfter(notBefore, times.budget(), message, unsettled))
            .orElseGet(() -> new NeedsOperator(message, unsettled));
    }
}
