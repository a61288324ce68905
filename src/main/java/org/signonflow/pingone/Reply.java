package org.signonflow.pingone;

import java.time.Instant;
import okhttp3.Headers;
import tools.jackson.databind.JsonNode;

/**
 * The reply to a request, or why there is none.
 *
 * @param sent whether any byte of the request may have left; if not, PingOne cannot have acted
 * @param status as received, 0 if there was none
 * @param body empty when it is missing or damaged
 * @param damage in our words, why there is no reply or only part of it; null if complete
 * @param cause of the damage, when it can be shown to people; may be null
 */
record Reply(boolean sent, int status, Headers headers, byte[] body, String damage, Exception cause) {

    /** A larger number of seconds is a mistake, and adding it to a time would overflow somewhere down the line. */
    private static final long LONGEST_WAIT = 9_999_999_999L;

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The body of a complete reply. */
    JsonNode json() throws Json.UnusableException {
        if (damage != null) {
            throw new Json.UnusableException(damage);
        }
        return Json.parseObject(body);
    }

    String correlationId() {
        return headers.get("Correlation-Id");
    }

    /** {@code Retry-After} as seconds, counted from now, or as an HTTP date; null when absent, negative or neither. */
    Instant notBefore(Instant now) {
        String value = headers.get("Retry-After");
        if (value == null) {
            return null;
        }
        String seconds = value.trim();
        if (seconds.matches("[0-9]+")) {
            return now.plusSeconds(seconds.length() > 10 ? LONGEST_WAIT : Long.parseLong(seconds));
        }
        return headers.getInstant("Retry-After");
    }
}
