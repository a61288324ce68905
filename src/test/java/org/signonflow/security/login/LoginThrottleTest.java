package org.signonflow.security.login;

import org.junit.jupiter.api.Test;
import org.signonflow.harness.SettableClock;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LoginThrottleTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final LoginThrottle throttle = new LoginThrottle(clock);

    private void fail(String user, String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(user, address);
        }
    }

    @Test
    void aFewFailuresAreFreeThenEachDoublesTheDelay() {
        fail("admin", "10.0.0.1", 4);
        assertThat(throttle.delay("admin", "10.0.0.1")).isEmpty();
        fail("admin", "10.0.0.1", 3);
        long first = throttle.delay("admin", "10.0.0.1").orElseThrow().toSeconds();
        fail("admin", "10.0.0.1", 2);
        assertThat(throttle.delay("admin", "10.0.0.1").orElseThrow().toSeconds()).isGreaterThan(first * 2);
        fail("admin", "10.0.0.1", 50);
        assertThat(throttle.delay("admin", "10.0.0.1").orElseThrow().toMinutes()).isLessThanOrEqualTo(5);
    }

    @Test
    void otherAddressesAndUsersAreNotDelayed() {
        fail("admin", "10.0.0.1", 20);
        assertThat(throttle.delay("admin", "10.0.0.2")).isEmpty();
        assertThat(throttle.delay("operator", "10.0.0.1")).isEmpty();
        throttle.succeeded("admin", "10.0.0.1");
        assertThat(throttle.delay("admin", "10.0.0.1")).isEmpty();
    }

    @Test
    void manyUsersFromOneAddressCountAsOneGuesser() {
        throttle.succeeded("resident", "10.0.0.1");
        for (int i = 0; i < 19; i++) {
            throttle.failed("user" + i, "10.0.0.1");
        }
        assertThat(throttle.delay("newcomer", "10.0.0.1")).isEmpty();
        for (int i = 0; i < 1000; i++) {
            throttle.failed("user" + i, "10.0.0.1");
        }
        assertThat(throttle.delay("newcomer", "10.0.0.1").orElseThrow().toSeconds()).as("not for long").isBetween(50L, 61L);
        assertThat(throttle.delay("resident", "10.0.0.1")).as("has logged in from there before").isEmpty();
        assertThat(throttle.delay("newcomer", "10.0.0.2")).as("another address").isEmpty();
        throttle.succeeded("attacker", "10.0.0.1");
        assertThat(throttle.delay("newcomer", "10.0.0.1")).as("an own account does not help the guesser").isPresent();
        clock.advance(Duration.ofSeconds(61));
        assertThat(throttle.delay("newcomer", "10.0.0.1")).isEmpty();
        clock.advance(Duration.ofMinutes(30));
        fail("newcomer", "10.0.0.1", 4);
        assertThat(throttle.delay("newcomer", "10.0.0.1")).as("all is forgotten").isEmpty();
    }

    @Test
    void oneIpv6NetworkIsOneAddress() {
        for (int i = 0; i < 30; i++) {
            throttle.failed("admin", "2001:db8:1:2:" + Integer.toHexString(i) + "::1");
            throttle.failed("user" + i, "2001:db8:1:2:" + Integer.toHexString(i) + "::1");
        }
        assertThat(throttle.delay("admin", "2001:db8:1:2:ffff::1")).isPresent();
        assertThat(throttle.delay("other", "2001:db8:1:2:ffff::1")).isPresent();
        assertThat(throttle.delay("admin", "2001:db8:1:3::1")).as("the network beside it").isEmpty();
        fail("admin", "::ffff:10.0.0.1", 20);
        assertThat(throttle.delay("admin", "10.0.0.1")).as("IPv4, written as IPv6").isPresent();
        fail("admin", "10.0.0.7:50123", 20);
        assertThat(throttle.delay("admin", "10.0.0.7:50124")).as("with the port that it had").isPresent();
        fail("admin", "no:address.example", 20);
        assertThat(throttle.delay("admin", "no:address.example")).as("not an address, and no DNS lookup").isPresent();
    }

    /** Each waits for the others that are being checked. */
    @Test
    void concurrentGuessesAreNotFree() {
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
        try {
            for (int i = 0; i < 5; i++) {
                throttle.check("admin", Optional::empty);
            }
            clock.advance(Duration.ofSeconds(2));
            AtomicInteger looks = new AtomicInteger();
            throttle.check("admin", () -> {
                looks.incrementAndGet();
                assertThatThrownBy(() -> throttle.check("admin", () -> Optional.of("looked " + looks.incrementAndGet()))).isInstanceOf(TooManyAttempts.class);
                return Optional.empty();
            });
            assertThat(looks).hasValue(1);
        } finally {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    @Test
    void theApplicationsOwnLoginsAreNotCounted() {
        for (int i = 0; i < 50; i++) {
            assertThat(throttle.check("admin", Optional::empty)).isFalse();
        }
        assertThat(throttle.check("admin", () -> Optional.of("stored"))).isTrue();
    }

    @Test
    void veryLongNamesCountAsOneName() {
        String longName = "x".repeat(1_000_000);
        fail(longName + "1", "10.0.0.1", 3);
        fail(longName + "2", "10.0.0.1", 3);
        assertThat(throttle.delay(longName + "3", "10.0.0.1")).isPresent();
    }
}
