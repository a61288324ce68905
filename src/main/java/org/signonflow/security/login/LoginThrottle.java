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
 * Slows down who guesses passwords. It stands where the engine looks at one, so that every door counts: Basic authentication, the web
 * applications' login, and who has to give the old password for a new one. It counts by user and address together, so that wrong passwords
 * from one place do not lock out the user elsewhere; the engine's own delay, which would, is switched off. And it counts by address alone
 * where somebody tries many users. That does not hold up who has logged in at that address before, and others for a minute at most once
 * it has ended. All of it is kept in this node's memory.
 */
public class LoginThrottle {

    /** @param free how many wrong passwords cost nothing; each more doubles the wait, and one is forgotten after each such time */
    private record Limit(int free, Duration longest, Duration forgetsAfter) {
    }

    private static final Limit BY_USER = new Limit(5, Duration.ofMinutes(5), Duration.ofHours(1));
    private static final Limit BY_ADDRESS = new Limit(20, Duration.ofMinutes(1), Duration.ofMinutes(1));
    /** Beyond the longest wait of either limit, in powers of two seconds. */
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
     * Has a password looked at for the request that this thread works on, which then knows by what its user has logged in. What the
     * application does by itself is not counted.
     *
     * @param password looks; its answer is the right password in its stored form, empty where another was given
     * @throws TooManyAttempts where it is not looked at
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

    /** How long the user must wait at this address before a password is looked at; where it need not, others at the same time must. */
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

    /** How long the user must wait at this address before a password is looked at; empty when it need not. */
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

    /** Of the wrong passwords, those that are not forgotten yet. */
    private int count(Who who) {
        Failures known = failures.get(who);
        return known == null ? 0
            : (int) Math.max(0, known.count() - Duration.between(known.last(), clock.instant()).dividedBy(who.limit().forgetsAfter()));
    }

    /** A wrong password. Where the user waits already, others at the address need not. */
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

    /** A name longer than the engine's could be nobody's, and is not kept as a whole. */
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
