package org.signonflow.process.request;

import org.junit.jupiter.api.Test;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Region;
import org.signonflow.pingone.Timeouts;

import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What a roll-out is told about the flows' variables. */
class RequestFieldsTest {

    private static final String ID = "11111111-2222-3333-4444-555555555555";

    private static RequestFields fields(String... aliases) {
        return new RequestFields(new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT), Arrays.stream(aliases)
            .map(alias -> PingOneEnvironment.of(alias, Region.EU, ID, ID, "secret")).toList()), false);
    }

    @Test
    void aListIsHeldToTheFlowsRules() {
        RequestFields fields = fields("sandbox", "production");
        assertThat(fields.problem("environment", "test")).contains("must be one of production, sandbox.");
        assertThat(fields.problem("environment", "production")).isEmpty();
        assertThat(fields.problem("environment", "")).isEmpty();
        assertThat(fields("test", "production").problem("environment", "")).contains("is required, and must be one of production, test.");
        assertThat(fields.problem("applicationName", "a\u0000b")).hasValueSatisfying(reason ->
            assertThat(reason).startsWith("must not contain line breaks"));
        assertThat(fields.problem("applicationName", "half a \uD834")).hasValueSatisfying(reason ->
            assertThat(reason).startsWith("must not contain"));
        assertThat(fields.problem("applicationName", "a whole 𝄞")).isEmpty();
        assertThat(fields.problem("applicationId", "x")).isPresent();
        assertThat(fields.problem("scopes", "a b")).contains("must be names of scopes, separated by commas.");
        assertThat(fields.problem("assignmentPriority", "0")).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> fields.problem("outcome", "x"));
    }

    @Test
    void whatIsLeftOutIsFilledInAsByTheFlows() {
        RequestFields fields = fields("sandbox");
        assertThat(List.of(fields.fallback("environment", true), fields.fallback("scopes", true), fields.fallback("authenticators", true),
            fields.fallback("assignmentPriority", true), fields.fallback("policyName", true), fields.fallback("scopes", false),
            fields.fallback("authenticators", false)).stream().map(fallback -> fallback.orElse("none")))
            .containsExactly("sandbox", "profile", "authenticator", "1", "none", "none", "sms,email");
        assertThat(fields("production").fallback("environment", true)).isEmpty();
    }
}
