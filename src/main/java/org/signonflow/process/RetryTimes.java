package org.signonflow.process;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * How long PingOne's {@code Retry-After} is heeded.
 *
 * @param maxRetryAfter the longest pause that is believed
 * @param budget        how long a step goes on coming back when told to, before it becomes an incident
 */
@ConfigurationProperties("signonflow.retry")
public record RetryTimes(@DefaultValue("1h") Duration maxRetryAfter, @DefaultValue("24h") Duration budget) {
}
