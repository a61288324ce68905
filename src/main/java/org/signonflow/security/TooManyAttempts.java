package org.signonflow.security;

import org.springframework.security.core.AuthenticationException;

import java.time.Duration;

/** Too many wrong passwords for this user from this address: none is looked at for a while. */
class TooManyAttempts extends AuthenticationException {

    private final Duration retryAfter;

    TooManyAttempts(Duration retryAfter) {
        super("Too many failed logins");
        this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
