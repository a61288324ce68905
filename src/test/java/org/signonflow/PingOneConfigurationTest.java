package org.signonflow;

import org.junit.jupiter.api.Test;
import org.signonflow.quota.Licence;
import org.signonflow.security.setup.StartupRefused;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which licence has which quota. */
class PingOneConfigurationTest {

    @Test
    void environmentsWithoutALicenceShareOne() {
        assertThat(licences(Map.of(
            "signonflow.environments.test.region", "EU",
            "signonflow.environments.production.region", "EU")))
            .isEqualTo(Map.of("test", new Licence("default", 600), "production", new Licence("default", 600)));
    }

    @Test
    void eachLicenceHasItsOwnQuotaOrTheDefault() {
        assertThat(licences(Map.of(
            "signonflow.quota.calls-per-minute", "300",
            "signonflow.licences.paid.calls-per-minute", "6000",
            "signonflow.environments.test.region", "EU",
            "signonflow.environments.trial.licence", "trial",
            "signonflow.environments.production.licence", "paid",
            "signonflow.environments.staging.licence", "paid")))
            .isEqualTo(Map.of("test", new Licence("default", 300), "trial", new Licence("trial", 300),
                "production", new Licence("paid", 6000), "staging", new Licence("paid", 6000)));
    }

    @Test
    void anUnusedLicenceIsRejected() {
        assertThatThrownBy(() -> licences(Map.of(
            "signonflow.licences.payed.calls-per-minute", "6000",
            "signonflow.environments.production.licence", "paid")))
            .isInstanceOf(StartupRefused.class).hasMessage("The licence 'payed' is not used by any PingOne environment.");
    }

    private static Map<String, Licence> licences(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
            .bind("signonflow", PingOneConfiguration.Properties.class).get().licenceOfEach();
    }
}
