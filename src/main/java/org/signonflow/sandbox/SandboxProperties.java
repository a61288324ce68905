package org.signonflow.sandbox;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of a sandbox, under the prefix {@code signonflow.sandbox}.
 *
 * @param port the port to listen on, 0 for any that is free
 * @param address the address to listen on; the control API under {@code /sandbox} answers only loopback callers, whatever is set here
 * @param hostNames host names, in lower case, under which the control API may be called in addition to loopback's
 * @param tokenLifetime how long an access token is valid
 * @param requestsPerMinute how many API requests a minute are accepted, 0 for no quota
 * @param assignPolicyWithoutActions whether a policy without any action can be assigned. The workflow documents say that it cannot, but an
 *         acceptance test of the Terraform provider does it.
 * @param mostApplications the maximum number of applications; the default is PingOne's platform limit
 * @param mostPolicies the maximum number of sign-on policies; the default is PingOne's platform limit
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

    private static final int LARGEST_PORT = 65_535;

    SandboxProperties {
        if (port < 0 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("signonflow.sandbox.port must be from 0 to %d, not %d".formatted(LARGEST_PORT, port));
        }
        if (tokenLifetime.isNegative() || tokenLifetime.isZero()) {
            throw new IllegalArgumentException("signonflow.sandbox.token-lifetime must be longer than zero, not " + tokenLifetime);
        }
        if (requestsPerMinute < 0) {
            throw new IllegalArgumentException("signonflow.sandbox.requests-per-minute must not be negative, not " + requestsPerMinute);
        }
    }
}
