package org.signonflow.web;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Timeouts;
import org.signonflow.pingone.TokenAuthentication;
import org.signonflow.rollout.CallBudget;
import org.springframework.web.server.ResponseStatusException;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A PingOne that hangs, and one that is not there. */
class EnvironmentChoicesTest {

    private static final CallBudget FREE = new CallBudget() {
        @Override
        public double perMinute(String environment) {
            return 0;
        }

        @Override
        public String of(String environment) {
            return environment;
        }

        @Override
        public void spent(String environment, int calls) {
            // Costs nothing.
        }
    };

    /** Accepts connections and says nothing. */
    private ServerSocket pingone;

    @BeforeEach
    void listen() throws Exception {
        pingone = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() throws Exception {
        pingone.close();
    }

    private EnvironmentChoices choices(int plansPerMinute) {
        URI url = URI.create("http://127.0.0.1:" + pingone.getLocalPort());
        PingOneEnvironments environments = new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT), List.of(new PingOneEnvironment("lab",
            url, url, "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6", null, "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01", "secret",
            TokenAuthentication.BASIC)));
        return new EnvironmentChoices(environments, FREE, new PlansPerMinute(plansPerMinute), Clock.systemUTC());
    }

    @Test
    @Timeout(15)
    void nobodyWaitsLongForWhatHangs() {
        EnvironmentChoices choices = choices(1);
        assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> choices.applications("lab", "requester"))
            .satisfies(late -> assertThat(late.getReason()).isEqualTo("lab has not answered within 10 seconds."));
    }

    @Test
    void onlySoManyReadingsAreRequestedByOnePerson() throws Exception {
        EnvironmentChoices choices = choices(1);
        pingone.close();
        assertThatExceptionOfType(PingOneException.class).isThrownBy(() -> choices.scopes("lab", "requester"));
        assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> choices.scopes("lab", "requester"))
            .satisfies(refused -> {
                assertThat(refused.getStatusCode().value()).isEqualTo(429);
                assertThat(refused.getReason()).isEqualTo(PlansPerMinute.BEYOND);
            });
        assertThatExceptionOfType(PingOneException.class).as("another person").isThrownBy(() -> choices.scopes("lab", "admin"));
    }
}
