package org.signonflow.web;

import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The last check of each PingOne environment, for those who may see details. Never a reason to be down: flows wait for PingOne, and a
 * restart would not help.
 */
@Component("pingOne")
class EnvironmentsHealth implements HealthIndicator {

    private final PingOneEnvironments environments;
    private final EnvironmentChecks checks;

    EnvironmentsHealth(PingOneEnvironments environments, EnvironmentChecks checks) {
        this.environments = environments;
        this.checks = checks;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        environments.aliases().forEach(alias -> health.withDetail(alias,
            checks.last(alias).map(EnvironmentChecks.Answer::says).orElse("has not been checked yet")));
        return health.build();
    }
}
