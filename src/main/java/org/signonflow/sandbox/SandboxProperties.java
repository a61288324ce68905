package org.signonflow.sandbox;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about a sandbox, under the prefix {@code signonflow.sandbox}.
 *
 * @param port the port to listen on, 0 for any that is free
 * @param address the address to listen on; the control under {@code /sandbox} answers loopback callers only, whatever is set here
 * @param hostNames the names besides loopback's by which the control may be called, in lower case
 * @param tokenLifetime how long an access token is good for
 * @param requestsPerMinute after how many API requests in a minute the rest is refused, 0 for no quota
 * @param assignPolicyWithoutActions whether a policy without any action can be assigned. The workflow documents say that it cannot, an
 *         acceptance test of the Terraform provider does it all the same.
 * @param mostApplications how many applications there can be; the default is PingOne's platform limit
 * @param mostPolicies how many sign-on policies there can be; the default is PingOne's platform limit
 */
record SandboxProperties(
        @DefaultValue("9400") int port,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue List<String> hostNames,
        @DefaultValue("1h") Duration tokenLifetime,
        @DefaultValue("0") int requestsPerMinute,
        @DefaultValue("false") boolean assignPolicyWithoutActions,
        @DefaultValue("1000") int mostApplications,
        @DefaultValue("100") int mostPolicies) {

    SandboxProperties {
        if (tokenLifetime.isNegative() || tokenLifetime.isZero()) {
            throw new IllegalArgumentException("signonflow.sandbox.token-lifetime must be longer than nothing, not " + tokenLifetime);
        }
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("signonflow.sandbox.requests-per-minute must not be negative, not " + requestsPerMinute);
        }
    }
}
