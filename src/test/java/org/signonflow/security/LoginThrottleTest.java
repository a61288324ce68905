package org.signonflow.security;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LoginThrottleTest {

    private final LoginThrottle throttle = new LoginThrottle();

    private void fail(String user, String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(user, address);
        }
    }

    @Test
    void aFewMistakesCostNothingThenEachDoublesTheWait() {
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
    void anotherAddressAndAnotherUserAreFree() {
        fail("admin", "10.0.0.1", 20);
        assertThat(throttle.delay("admin", "10.0.0.2")).isEmpty();
        assertThat(throttle.delay("operator", "10.0.0.1")).isEmpty();
        throttle.succeeded("admin", "10.0.0.1");
        assertThat(throttle.delay("admin", "10.0.0.1")).isEmpty();
    }

    @Test
    void endlessNamesAreTheSameName() {
        String longName = "x".repeat(1_000_000);
        fail(longName + "1", "10.0.0.1", 3);
        fail(longName + "2", "10.0.0.1", 3);
        assertThat(throttle.delay(longName + "3", "10.0.0.1")).isPresent();
    }
}
