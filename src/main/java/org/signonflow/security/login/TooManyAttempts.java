package org.signonflow.security.login;

import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import java.time.Duration;
import java.util.Map;

/** Too many wrong passwords for this user or from this address: none is checked for a while. Becomes a 429 response with a message. */
class TooManyAttempts extends ClientErrorException {

    private static final String SENTENCE = "Too many wrong passwords. Try again later.";

    private final Duration retryAfter;

    TooManyAttempts(Duration retryAfter) {
        super(SENTENCE, Response.status(Response.Status.TOO_MANY_REQUESTS).header(HttpHeaders.RETRY_AFTER, retryAfter.toSeconds())
            .type(MediaType.APPLICATION_JSON_TYPE).entity(Map.of("type", "TooManyAttempts", "message", SENTENCE)).build());
        this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
