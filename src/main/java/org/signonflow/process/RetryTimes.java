package org.signonflow.process;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * For how long PingOne's {@code Retry-After} is honored.
 *
 * @param maxRetryAfter the longest pause that is accepted
 * @param budget        for how long a step keeps coming back on PingOne's request before it becomes an incident
 */
@ConfigurationProperties("signonflow.retry")
public record RetryTimes(@DefaultValue("1h") Duration maxRetryAfter, @DefaultValue("24h") Duration budget) {
}
