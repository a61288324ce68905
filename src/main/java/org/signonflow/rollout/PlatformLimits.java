package org.signonflow.rollout;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many objects of a kind PingOne allows in an environment, unless agreed otherwise.
 *
 * @see <a href="https://docs.pingidentity.com/pingone/getting_started_with_pingone/p1_platform_limits.html">PingOne standard platform
 *      limits</a>
 */
@ConfigurationProperties("signonflow.platform-limits")
record PlatformLimits(@DefaultValue("1000") int applications, @DefaultValue("100") int policies) {
}
