package org.signonflow.process.request;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.Field;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Region;
import org.signonflow.pingone.Timeouts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** What requesters can choose from. */
class StartFormsTest {

    private static final String ID = "11111111-2222-3333-4444-555555555555";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static StartForms forms(String... aliases) {
        return new StartForms(new PingOneEnvironments(new PingOneHttp(Timeouts.DEFAULT), Arrays.stream(aliases)
            .map(alias -> PingOneEnvironment.of(alias, Region.EU, ID, ID, "secret")).toList()));
    }

    private static InputStream deployed(String form) {
        return StartFormsTest.class.getResourceAsStream("/bpmn/" + form + ".form");
    }

    private static JsonNode field(JsonNode form, String key) {
        return StreamSupport.stream(form.get("components").spliterator(), false).filter(field -> field.path("key").asString().equals(key))
            .findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"configure-mfa-sign-on", "configure-passwordless-sign-on"})
    void theEnvironmentsAreThoseConfigured(String form) throws IOException {
        JsonNode asDeployed = JSON.readTree(deployed(form));
        assertThat(field(asDeployed, "environment").has("defaultValue")).as("no default that may not exist").isFalse();

        JsonNode one = field(JSON.readTree(forms("production").complete(deployed(form))), "environment");
        assertThat(one.get("type").asString()).isEqualTo("select");
        assertThat(one.get("values")).isEqualTo(JSON.readTree("[{\"label\": \"production\", \"value\": \"production\"}]"));
        assertThat(one.get("defaultValue").asString()).isEqualTo("production");

        JsonNode two = field(JSON.readTree(forms("test", "production").complete(deployed(form))), "environment");
        assertThat(two.get("values").findValuesAsString("value")).containsExactly("production", "test");
        assertThat(two.has("defaultValue")).as("chosen by a person").isFalse();

        JsonNode beside = field(JSON.readTree(forms("sandbox", "production").complete(deployed(form))), "environment");
        assertThat(beside.get("values").findValuesAsString("value")).containsExactly("production", "sandbox");
        assertThat(beside.get("defaultValue").asString()).isEqualTo("sandbox");
        assertThat(field(asDeployed, "policyName")).as("the rest").isEqualTo(field(JSON.readTree(forms("a").complete(deployed(form))),
            "policyName"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"configure-mfa-sign-on", "configure-passwordless-sign-on"})
    void thePolicyNameFollowsTheFlowsRule(String form) throws IOException {
        Pattern pattern = Pattern.compile(field(JSON.readTree(deployed(form)), "policyName").get("validate").get("pattern").asString());
        for (String name : new String[] {"Banking_MFA", "a.b-c", "https://example.com/mfa", "urn", "a b", " ", "a:b", "https://a b", "ä",
            "<a>://b", "https://example.com:8443"}) {
            assertThat(pattern.matcher(name).matches()).as(name).isEqualTo(Field.policyName().apply(name) == null);
        }
    }

    @Test
    void otherContentStaysUnchanged() throws IOException {
        for (String other : new String[] {"<form name=\"x\"></form>", "", "[]", "{\"components\": 5}"}) {
            assertThat(new String(forms("a").complete(new ByteArrayInputStream(other.getBytes())).readAllBytes()).replace(" ", ""))
                .isEqualTo(other.replace(" ", ""));
        }
    }
}
