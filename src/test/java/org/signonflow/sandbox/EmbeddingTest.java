package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;

/** A sandbox is isolated, both in a JVM with others and on its own. */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddingTest {

    @Test
    void theComponentScanOfAnEmbeddingApplicationFindsNothing() {
        assertThat(new ClassPathScanningCandidateComponentProvider(true).findCandidateComponents("org.signonflow.sandbox")).isEmpty();
        assertThat(new ClassPathScanningCandidateComponentProvider(true).findCandidateComponents("org.signonflow"))
                .as("the scan itself works").isNotEmpty();
    }

    @Test
    void twoInOneJvmAreIndependent() {
        try (Sandbox one = Sandbox.start(Map.of("signonflow.sandbox.port", 0));
                Sandbox two = Sandbox.start(Map.of("signonflow.sandbox.port", 0))) {
            assertThat(one.port()).isNotEqualTo(two.port()).isPositive();
            Caller first = new Caller(one.uri()).authorised();
            Caller second = new Caller(two.uri());
            assertThat(first.state("applications")).as("the ids are the same in every sandbox").isEqualTo(second.state("applications"));
            first.post("/signOnPolicies", Caller.policy("p")).expect(201);
            assertThat(second.state("signOnPolicies")).hasSize(2);
            second.token = first.token;
            second.get("/resources").expect(401);
        }
    }

    @Test
    void closingItFreesThePort() {
        Sandbox sandbox = Sandbox.start(Map.of("signonflow.sandbox.port", 0));
        int port = sandbox.port();
        sandbox.close();
        try (Sandbox again = Sandbox.start(Map.of("signonflow.sandbox.port", port))) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void standaloneItReadsTheCommandLineAndFirstSaysThatItIsASandbox(CapturedOutput output) {
        try (Sandbox sandbox = Sandbox.run("sandbox", "--signonflow.sandbox.port=0", "--signonflow.sandbox.token-lifetime=2h")) {
            assertThat(new Caller(sandbox.uri()).token("grant_type=client_credentials", Sandbox.CLIENT_ID + ":" + Sandbox.CLIENT_SECRET)
                    .at("/expires_in").intValue()).isEqualTo(7200);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("INFO")).findFirst()).get().asString().contains("SANDBOX");
        assertThat(output.getOut()).doesNotContain(Sandbox.CLIENT_SECRET, "Spring Boot ::");
    }

    @Test
    void invalidPropertiesAreRefused() {
        assertThatThrownBy(() -> Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.token-lifetime", "0s")))
                .hasRootCauseMessage("signonflow.sandbox.token-lifetime must be longer than zero, not PT0S");
        assertThatThrownBy(() -> Sandbox.start(Map.of("signonflow.sandbox.port", 0, "signonflow.sandbox.requests-per-minute", -1)))
                .rootCause().hasMessageContaining("requests-per-minute");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"port | 65536 | .port must be from 0 to 65535, not 65536.",
        "port | -1 | .port must be from 0 to 65535, not -1.", "port | any | .port must be a whole number.",
        "token-lifetime | long | .token-lifetime must be a duration, such as 30s.",
        "token-lifetime | 0s | .token-lifetime must be longer than zero, not PT0S."})
    void standaloneItSaysInAFewLinesWhatIsWrong(String setting, String value, String says, CapturedOutput output) {
        assertThatThrownBy(() -> Sandbox.run("sandbox", "--signonflow.sandbox." + setting + "=" + value));
        assertThat(output.getAll()).contains("Description:\n\n  | signonflow.sandbox" + says + "\n", "Correct or remove it.");
        assertIsShort(output);
    }

    @Test
    void standaloneItNamesTheSettingOfAPortThatIsInUse(CapturedOutput output) throws IOException {
        try (ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Sandbox.run("sandbox", "--signonflow.sandbox.port=" + another.getLocalPort()));
            assertThat(output.getAll()).contains("  | signonflow.sandbox.port is " + another.getLocalPort() + ", where another process "
                + "listens.", "Stop the other process, or set signonflow.sandbox.port to a free port.");
            assertIsShort(output);
        }
    }

    private static void assertIsShort(CapturedOutput output) {
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception");
    }
}
