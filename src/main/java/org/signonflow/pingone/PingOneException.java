package org.signonflow.pingone;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A call to PingOne that did not succeed. It says what that means for the caller ({@link #outcome()}) and, for people, what PingOne said.
 * Its texts are single lines, limited in length, free of control characters, and contain no token, no secret and no unparsed part of a
 * reply.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/reference/error-codes.html">PingOne API: error codes</a>
 */
public final class PingOneException extends RuntimeException {

    private static final int LONGEST_MESSAGE = 1500;
    private static final int LONGEST_REASON = 1000;

    /** What a failed call means for the next step. */
    public enum Outcome {

        /** PingOne refused. Nothing changed, and the same request would get the same answer. */
        REFUSED,
        /** Nothing changed, and the same request may succeed later: rate limit, permissions not in effect yet, no connection, no token. */
        NOT_NOW,
        /** PingOne may or may not have carried it out; look before sending it again. */
        UNKNOWN,
        /** PingOne does not accept the worker's credentials. Nothing changed, and a person has to act. */
        UNAUTHENTICATED;

        /**
         * Judges a reply of the management API, by status and code and never by message, as PingOne asks of clients.
         *
         * <p>A 403 {@code ACCESS_FAILED} counts as temporary, since permissions take a while to come into effect after they are granted.
         */
        static Outcome of(Reply reply, String code) {
            int status = reply.status();
            if (!reply.sent() || status == 429 || status == 403 && "ACCESS_FAILED".equals(code)) {
                return NOT_NOW;
            }
            if (status == 401) {
                return UNAUTHENTICATED;
            }
            return status >= 400 && status < 500 && status != 408 ? REFUSED : UNKNOWN;
        }

        /** Judges a reply of the token endpoint: requesting a token changes nothing, so the outcome is never unknown. */
        static Outcome ofToken(Reply reply) {
            int status = reply.status();
            return status >= 400 && status < 500 && status != 408 && status != 429 ? UNAUTHENTICATED : NOT_NOW;
        }
    }

    private final PingOneError error;
    private final Outcome outcome;
    private final String method;
    private final String path;
    private final int status;
    private final String correlationId;
    private final Instant notBefore;
    private final TreeSet<String> missing;

    /**
     * An exception about one call. Public so that callers can test how they handle it.
     *
     * @param status 0 when there was no reply
     * @param error what PingOne said; its texts are used as they are
     * @param correlationId may be null
     * @param notBefore may be null
     * @param cause may be null
     */
    public PingOneException(Outcome outcome, String method, String path, int status, PingOneError error, String correlationId,
                            Instant notBefore, Throwable cause) {
        this(outcome, method, path, status, error, correlationId, notBefore, cause, Set.of());
    }

    PingOneException(Outcome outcome, String method, String path, int status, PingOneError error, String correlationId,
                     Instant notBefore, Throwable cause, Set<String> missing) {
        super(sentence(outcome, method, path, status, error, correlationId), cause);
        this.outcome = outcome;
        this.method = method;
        this.path = path;
        this.status = status;
        this.error = error;
        this.correlationId = correlationId;
        this.notBefore = notBefore;
        this.missing = new TreeSet<>(missing);
    }

    private static String sentence(Outcome outcome, String method, String path, int status, PingOneError error, String correlationId) {
        String call = method + " " + path;
        String meaning = switch (outcome) {
            case REFUSED -> "PingOne refused " + call;
            case NOT_NOW -> "PingOne did not carry out " + call + " for now";
            case UNKNOWN -> (method.equals("GET") ? "PingOne gave no usable answer to " : "PingOne may or may not have carried out ") + call;
            case UNAUTHENTICATED -> "PingOne did not accept the worker's credentials for " + call;
        };
        StringBuilder ids = new StringBuilder(status == 0 ? "" : " [status " + status);
        append(ids, "error id ", error.id());
        append(ids, "correlation id ", correlationId);
        ids.append(ids.isEmpty() ? "" : "]");
        // The ids are what PingOne's support asks for, so a long explanation is cut before them.
        return Text.clean(meaning + ": " + error, LONGEST_MESSAGE - ids.length()) + ids;
    }

    private static void append(StringBuilder ids, String label, String id) {
        if (id != null) {
            ids.append(ids.isEmpty() ? " [" : ", ").append(label).append(Text.clean(id, 100));
        }
    }

    /** What the failure means for the caller. */
    public Outcome outcome() {
        return outcome;
    }

    /** The HTTP method of the call. */
    public String method() {
        return method;
    }

    /** The path of the call, without host and query; that of the token endpoint if no token could be obtained. */
    public String path() {
        return path;
    }

    /** The HTTP status, or 0 when there was no reply. */
    public int status() {
        return status;
    }

    /** PingOne's code, such as {@code INVALID_DATA}, or null. */
    public String code() {
        return error.code();
    }

    /** PingOne's message for people, or a sentence of ours when it gave none; null when it gave a code only. */
    public String message() {
        return error.message();
    }

    /** What exactly PingOne objects to; may be empty. */
    public List<PingOneError.Detail> details() {
        return error.details();
    }

    /** PingOne's id of the error, or null. */
    public String errorId() {
        return error.id();
    }

    /** The reply's {@code Correlation-Id}, or null. */
    public String correlationId() {
        return correlationId;
    }

    /**
     * When PingOne asks to retry ({@code Retry-After}), unclamped: limiting it is up to the caller. Empty if absent or invalid.
     *
     * @see <a href="https://developer.pingidentity.com/pingone-api/platform/rate-limiting.html">PingOne API: rate limiting</a>
     */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /**
     * The ids of the objects, named in the path or the body, that PingOne reports as missing; may be empty. Shortly after their creation
     * that may be wrong: PingOne's services learn of each other's objects with a delay.
     */
    public Set<String> missing() {
        return Collections.unmodifiableSet(missing);
    }

    /**
     * Whether PingOne itself says that there is no such object. A 404 from anything in between, such as a gateway without a route, does not
     * count: trusting it would leave the object behind in PingOne.
     */
    public boolean isNotFound() {
        return status == 404 && "NOT_FOUND".equals(error.code());
    }

    /** Whether the management API answered 403: the worker lacks a permission, or was granted it only a moment ago. */
    public boolean isForbidden() {
        return status == 403 && outcome != Outcome.UNAUTHENTICATED;
    }

    /** What PingOne said, without the call and the ids: {@code INVALID_DATA: One or more … (name: must be unique)}; never empty. */
    public String reason() {
        return Text.clean(error.toString(), LONGEST_REASON);
    }
}
