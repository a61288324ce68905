package org.signonflow.pingone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.signonflow.pingone.FakePingOne.CLIENT;
import static org.signonflow.pingone.FakePingOne.ENVIRONMENT;
import static org.signonflow.pingone.FakePingOne.SECRET;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PingOneEnvironmentTest {

    private static final URI SANDBOX = URI.create("http://127.0.0.1:9400");

    @Test
    void aRegionDeterminesTheHosts() {
        assertThat(Arrays.stream(Region.values()).map(Region::apiUrl)).extracting(URI::getHost).containsExactly("api.pingone.com",
            "api.pingone.ca", "api.pingone.eu", "api.pingone.com.au", "api.pingone.sg", "api.pingone.asia");
        assertThat(Arrays.stream(Region.values()).map(Region::authUrl)).extracting(URI::getHost).containsExactly("auth.pingone.com",
            "auth.pingone.ca", "auth.pingone.eu", "auth.pingone.com.au", "auth.pingone.sg", "auth.pingone.asia");
        assertThat(PingOneEnvironment.of("prod", Region.EU, ENVIRONMENT, CLIENT, SECRET).apiUrl()).hasToString("https://api.pingone.eu");
    }

    @Test
    void theWorkerBelongsToTheManagedEnvironmentByDefault() {
        PingOneEnvironment environment =
            new PingOneEnvironment("a", SANDBOX, URI.create(SANDBOX + "/"), ENVIRONMENT, " ", CLIENT, SECRET, null);

        assertThat(environment.workerEnvironmentId()).isEqualTo(ENVIRONMENT);
        assertThat(environment.authentication()).isEqualTo(TokenAuthentication.BASIC);
        assertThat(environment.authUrl()).isEqualTo(SANDBOX);
    }

    @Test
    void everyFieldIsValidatedAndNamedButItsValueNeverShown() {
        assertRefused(null, SANDBOX, ENVIRONMENT, null, CLIENT, SECRET, "A PingOne environment needs an alias.");
        assertRefused("a", SANDBOX, "x-secret", null, CLIENT, SECRET, "environment-id must be a UUID");
        assertRefused("a", SANDBOX, null, null, CLIENT, SECRET, "orker-environment-id must be a UUID", "environment-id must be a UUID");
        assertRefused("a", SANDBOX, ENVIRONMENT, "x-secret", CLIENT, SECRET, "worker-environment-id must be a UUID");
        assertRefused("a", SANDBOX, ENVIRONMENT, null, "x-secret", SECRET, "client-id must be a UUID");
        assertRefused("a", SANDBOX, ENVIRONMENT, null, CLIENT, " ", "client-secret is missing");
        assertRefused("a", null, ENVIRONMENT, null, CLIENT, SECRET, "api-url must be an http or https URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://api.pingone.eu", "api.pingone.eu", "https://u:x-secret@api.pingone.eu", "https://api.pingone.eu?x",
        "https://api.pingone.eu#x", "https:///x", "https://api.pingone.eu/v1", "https://api.pingone.eu/v1/"})
    void anInvalidBaseUrlIsRefused(String url) {
        assertRefused("a", URI.create(url), ENVIRONMENT, null, CLIENT, SECRET, "api-url must");
    }

    @Test
    void aliasesResolveToClients() {
        PingOneEnvironment prod = PingOneEnvironment.of("prod", Region.EU, ENVIRONMENT, CLIENT, SECRET);
        PingOneEnvironment lab = PingOneEnvironment.of("lab", Region.EU, ENVIRONMENT, CLIENT, SECRET);
        PingOneEnvironments environments = new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT), List.of(prod, lab));

        assertThat(environments.aliases()).containsExactly("lab", "prod");
        assertThat(environments.client("prod")).hasToString("PingOneClient[prod]").isSameAs(environments.client("prod"));
        assertThatIllegalArgumentException().isThrownBy(() -> environments.client("pr\nod"))
            .withMessage("No PingOne environment is configured under the alias 'pr od'. Known: lab, prod.");
        assertThatIllegalArgumentException().isThrownBy(() -> environments.client(null));
        assertThatIllegalArgumentException().isThrownBy(() -> new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT), List.of(lab, lab)))
            .withMessage("Two PingOne environments have the alias 'lab'.");
    }

    @Test
    void timeoutsMustBePositive() {
        assertThat(Timeouts.DEFAULT).isEqualTo(new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(30)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Timeouts(Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1)))
            .withMessage("The read timeout must be longer than zero.");
    }

    private static void assertRefused(String alias, URI url, String environment, String worker, String client, String secret,
                                      String... sentences) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new PingOneEnvironment(alias, url, SANDBOX, environment, worker, client, secret, null))
            .satisfies(e -> assertThat(e.getMessage()).doesNotContain("x-secret").doesNotContain(SECRET))
            .satisfies(e -> assertThat(sentences).anySatisfy(sentence -> assertThat(e.getMessage()).contains(sentence)));
    }
}
