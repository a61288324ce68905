package org.signonflow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
}
