package org.signonflow.change;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.signonflow.change.Flow.CONFIGURE_MFA_SIGN_ON;
import static org.signonflow.change.Flow.CONFIGURE_PASSWORDLESS_SIGN_ON;

/** What the fields of flows, and so the lines of a list, may contain. */
class FlowFieldsTest {

    private static FlowFields fields(String... aliases) {
        return new FlowFields(List.of(aliases), false);
    }

    private static Optional<String> problem(String name, String text) {
        return fields("production", "sandbox").any(name).complaint(text);
    }

    private static String fallback(FlowFields fields, Flow flow, String name) {
        return fields.of(flow, name).map(Field::fallback).orElse(null);
    }

    @Test
    void errorsAreReported() {
        assertThat(problem("environment", "test")).contains("must be one of production, sandbox.");
        assertThat(problem("environment", "production")).isEmpty();
        assertThat(problem("environment", "")).isEmpty();
        assertThat(fields("production", "test").any("environment").complaint(""))
            .contains("is required, and must be one of production, test.");
        assertThat(problem("applicationName", "a\u0000b")).hasValueSatisfying(reason ->
            assertThat(reason).startsWith("must not contain line breaks"));
        assertThat(problem("applicationName", "half a \uD834")).hasValueSatisfying(reason ->
            assertThat(reason).startsWith("must not contain"));
        assertThat(problem("applicationName", "a whole 𝄞")).isEmpty();
        assertThat(problem("applicationId", "x")).isPresent();
        assertThat(problem("scopes", "a b")).contains("must be scope names, separated by commas.");
        assertThat(problem("assignmentPriority", "0")).isPresent();
        assertThat(problem("noDevicesMode", "ALLOW")).contains("must be one of BYPASS, BLOCK.");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> problem("outcome", "x"));
    }

    @Test
    void omittedFieldsGetDefaults() {
        FlowFields fields = fields("sandbox");
        assertThat(fallback(fields, CONFIGURE_MFA_SIGN_ON, "environment")).isEqualTo("sandbox");
        assertThat(fallback(fields("production"), CONFIGURE_MFA_SIGN_ON, "environment")).isNull();
        assertThat(fallback(fields, CONFIGURE_MFA_SIGN_ON, "scopes")).isEqualTo("profile");
        assertThat(fallback(fields, CONFIGURE_PASSWORDLESS_SIGN_ON, "scopes")).isNull();
        assertThat(fallback(fields, CONFIGURE_MFA_SIGN_ON, "authenticators")).isEqualTo("authenticator");
        assertThat(fallback(fields, CONFIGURE_PASSWORDLESS_SIGN_ON, "authenticators")).isEqualTo("sms,email");
        assertThat(fallback(fields, CONFIGURE_MFA_SIGN_ON, "assignmentPriority")).isEqualTo("1");
        assertThat(fallback(fields, CONFIGURE_MFA_SIGN_ON, "policyName")).isNull();
    }
}
