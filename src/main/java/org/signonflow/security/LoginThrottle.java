package org.signonflow.security;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows down who guesses passwords. It counts by user and address together, so that wrong passwords from one place do not lock out the
 * user elsewhere. The engine's own delay, which would, is switched off.
 */
class LoginThrottle {

    private static final int FREE_ATTEMPTS = 5;
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
    private static final int MOST_ENTRIES = 10_000;
    private static final int LONGEST_NAME = 64;

    private record Who(String user, String address) {
        /** A name longer than the engine's could be nobody's, and is not kept as a whole. */
        Who {
            user = user.length() <= LONGEST_NAME ? user : user.substring(0, LONGEST_NAME);
        }
    }

    private record Failures(int count, Instant blockedUntil) {
    }

    private final Map<Who, Failures> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Who, Failures> eldest) {
            return size() > MOST_ENTRIES;
        }
    };

    /** How long the user must wait at this address before a password is looked at; empty when it need not. */
    synchronized Optional<Duration> delay(String user, String address) {
        Failures known = failures.get(new Who(user, address));
        Duration left = known == null ? Duration.ZERO : Duration.between(Instant.now(), known.blockedUntil());
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left.plusSeconds(1));
    }

    /** A wrong password: the first few cost nothing, then each doubles the wait. */
    synchronized void failed(String user, String address) {
        Who who = new Who(user, address);
        Failures known = failures.remove(who);
        int count = known == null ? 1 : known.count() + 1;
        long seconds = count < FREE_ATTEMPTS ? 0 : Math.min(1L << Math.min(count - FREE_ATTEMPTS, 30), LONGEST_DELAY.toSeconds());
        failures.put(who, new Failures(count, Instant.now().plusSeconds(seconds)));
    }

    synchronized void succeeded(String user, String address) {
        failures.remove(new Who(user, address));
    }
}
