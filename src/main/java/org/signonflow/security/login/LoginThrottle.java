package org.signonflow.security.login;

import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Slows down password guessing. It hooks into the engine's password check, so that every way in counts: Basic authentication, the web
 * applications' login, and the old password when changing it. It counts per user and address, so that wrong passwords from one place do not
 * lock the user out elsewhere; the engine's own delay, which would, is switched off. It also counts per address alone, against guessing
 * across many users. That never delays users who have logged in from that address before, and others for at most a minute after the
 * guessing has ended. All of it is kept in this node's memory.
 */
public class LoginThrottle {

    /**
     * @param free how many wrong passwords have no consequence; each further one doubles the wait, and one is forgotten per {@code
     *     forgetsAfter}
     */
    private record Limit(int free, Duration longest, Duration forgetsAfter) {
    }

    private static final Limit BY_USER = new Limit(5, Duration.ofMinutes(5), Duration.ofHours(1));
    private static final Limit BY_ADDRESS = new Limit(20, Duration.ofMinutes(1), Duration.ofMinutes(1));
    /** Exceeds the longest wait of either limit; the wait is two to this power, in seconds. */
    private static final int MOST_COUNTED = 10;
    private static final int MOST_ENTRIES = 10_000;
    private static final int LONGEST_NAME = 64;
    private static final String ANYBODY = "";

    private record Who(String user, String address) {
        Who anybody() {
            return new Who(ANYBODY, address);
        }

        Limit limit() {
            return user.equals(ANYBODY) ? BY_ADDRESS : BY_USER;
        }
    }

    private record Failures(int count, Instant last) {
    }

    private final Clock clock;
    private final Map<Who, Failures> failures = new Latest<>();
    private final Map<Who, Boolean> residents = new Latest<>();

    LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /**
     * Checks a password on behalf of this thread's request, and records on the request what its user logged in with. Checks by the
     * application itself are not counted.
     *
     * @param password performs the check; returns the correct password in its stored form, or empty if a wrong one was given
     * @throws TooManyAttempts if the password is not checked because of earlier wrong ones
     */
    public boolean check(String user, Supplier<Optional<String>> password) {
        if (!(RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call)) {
            return password.get().isPresent();
        }
        String address = call.getRequest().getRemoteAddr();
        begin(user, address).ifPresent(delay -> {
            throw new TooManyAttempts(delay);
        });
        Optional<String> right = password.get();
        if (right.isPresent()) {
            succeeded(user, address);
            LiveSessionFilter.note(call.getRequest(), right.get());
        } else {
            failed(user, address);
        }
        return right.isPresent();
    }

    /** How long the user must wait at this address before a password is checked. If not at all, concurrent attempts must wait. */
    private synchronized Optional<Duration> begin(String user, String address) {
        Optional<Duration> delay = delay(user, address);
        if (delay.isEmpty()) {
            Who who = who(user, address);
            beginAnew(who);
            if (!residents.containsKey(who)) {
                beginAnew(who.anybody());
            }
        }
        return delay;
    }

    private void beginAnew(Who who) {
        int count = count(who);
        if (count >= who.limit().free()) {
            failures.put(who, new Failures(count, clock.instant()));
        }
    }

    /** How long the user must wait at this address before a password is checked; empty if not at all. */
    synchronized Optional<Duration> delay(String user, String address) {
        Who who = who(user, address);
        Duration left = left(who);
        if (!residents.containsKey(who) && left(who.anybody()).compareTo(left) > 0) {
            left = left(who.anybody());
        }
        return left.isNegative() || left.isZero() ? Optional.empty() : Optional.of(left.plusSeconds(1));
    }

    private Duration left(Who who) {
        int over = count(who) - who.limit().free();
        if (over < 0) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(1L << Math.min(over, MOST_COUNTED));
        Duration longest = who.limit().longest();
        return Duration.between(clock.instant(), failures.get(who).last().plus(wait.compareTo(longest) < 0 ? wait : longest));
    }

    /** The wrong passwords not forgotten yet. */
    private int count(Who who) {
        Failures known = failures.get(who);
        return known == null ? 0
            : (int) Math.max(0, known.count() - Duration.between(known.last(), clock.instant()).dividedBy(who.limit().forgetsAfter()));
    }

    /** A wrong password. It does not count against the address if the user has to wait already. */
    synchronized void failed(String user, String address) {
        Who who = who(user, address);
        if (count(who) < who.limit().free()) {
            failedOnce(who.anybody());
        }
        failedOnce(who);
    }

    private void failedOnce(Who who) {
        int count = Math.min(count(who) + 1, who.limit().free() + MOST_COUNTED);
        failures.remove(who);
        failures.put(who, new Failures(count, clock.instant()));
    }

    synchronized void succeeded(String user, String address) {
        Who who = who(user, address);
        failures.remove(who);
        residents.remove(who);
        residents.put(who, true);
    }

    /** A name longer than the engine allows cannot be a user's, and is cut. */
    private static Who who(String user, String address) {
        String name = user == null || user.isEmpty() ? "?" : user;
        return new Who(name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME), Network.of(address));
    }

    private static final class Latest<V> extends LinkedHashMap<Who, V> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Who, V> eldest) {
            return size() > MOST_ENTRIES;
        }
    }
}
