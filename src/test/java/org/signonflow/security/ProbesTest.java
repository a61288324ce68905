package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.registry.HealthContributorRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/** The probes of a container platform, without a login. */
class ProbesTest extends RunningApp {

    @Autowired
    HealthContributorRegistry health;

    private void says(String probe, int status, String body) {
        Answer answer = Caller.nobody(port).call("GET", "/actuator/health/" + probe, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).as("no details").isEqualTo("{\"status\":\"%s\"}", body);
    }

    @Test
    void areOpenAndRevealNoDetails() {
        says("liveness", 200, "UP");
        says("readiness", 200, "UP");
        assertThat(Caller.nobody(port).call("GET", "/actuator/health/db", null).status()).isEqualTo(401);
    }

    @Test
    void withoutItsDatabaseItIsAliveButNotReady() {
        HealthContributor database = health.unregisterContributor("db");
        health.registerContributor("db", (HealthIndicator) () -> Health.down().withDetail("secret", "x").build());
        try {
            says("liveness", 200, "UP");
            says("readiness", 503, "DOWN");
        } finally {
            health.unregisterContributor("db");
            health.registerContributor("db", database);
        }
        says("readiness", 200, "UP");
    }

    /** As Spring Boot publishes it at the beginning of a shutdown, before it waits for requests in progress. */
    @Test
    void duringShutdownItIsNotReady() {
        AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
        try {
            says("readiness", 503, "OUT_OF_SERVICE");
            says("liveness", 200, "UP");
        } finally {
            AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        }
    }
}
