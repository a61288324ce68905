package org.signonflow.process;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureTestRestTemplate;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What a flow may be started with, over REST as people start it. */
@AutoConfigureTestRestTemplate
class CheckRequestTest extends FlowTest {

    private static final Map<String, Object> MFA = Map.of("applicationName", "App", "policyName", "Policy");

    private TestRestTemplate rest;

    @BeforeEach
    void logIn(@Autowired TestRestTemplate anonymous) {
        rest = anonymous.withBasicAuth("admin", "admin-sandbox");
    }

    private ResponseEntity<JsonNode> start(String process, Map<String, ?> variables) {
        Map<String, Object> values = new LinkedHashMap<>();
        variables.forEach((name, value) -> values.put(name, new HashMap<>(Map.of("value", value))));
        return rest.postForEntity("/engine-rest/process-definition/key/" + process + "/start", Map.of("variables", values), JsonNode.class);
    }

    private String refused(String process, Map<String, ?> variables) {
        ResponseEntity<JsonNode> reply = start(process, variables);
        assertThat(reply.getStatusCode().value()).as(String.valueOf(reply.getBody())).isEqualTo(400);
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(history.createHistoricProcessInstanceQuery().unfinished().count()).isZero();
        assertThat(sandbox.objects()).isEqualTo(before);
        return reply.getBody().get("message").asString();
    }

    @Test
    void anEmptyBodyNamesWhatIsRequired() {
        assertThat(refused("configure-mfa-sign-on", Map.of())).contains("applicationName: is required.",
            "policyName: is required, and must be 1 to 256 letters");
        assertThat(refused("configure-passwordless-sign-on", Map.of())).contains("applicationId: is required, and must be a",
            "policyName: is required, and must be");
    }

    /** Its form would not show the approvers everything that takes effect. */
    @Test
    void anEarlierVersionCanNoLongerBeStarted() throws Exception {
        String earlier = engine.getRepositoryService().createProcessDefinitionQuery().processDefinitionKey("configure-mfa-sign-on")
            .latestVersion().singleResult().getId();
        String deployment = deployModelOfVersion10("configure-mfa-sign-on");
        try {
            ResponseEntity<JsonNode> reply = rest.postForEntity("/engine-rest/process-definition/" + earlier + "/start", Map.of("variables",
                Map.of("applicationName", Map.of("value", "App"), "policyName", Map.of("value", "Policy"))), JsonNode.class);
            assertThat(reply.getStatusCode().value()).isEqualTo(400);
            assertThat(reply.getBody().get("message").asString()).contains("processDefinitionId: belongs to an earlier version");
            assertThat(runtime.createProcessInstanceQuery().count()).isZero();
            assertThat(start("configure-mfa-sign-on", MFA).getStatusCode().value()).isEqualTo(200);
        } finally {
            engine.getRepositoryService().deleteDeployment(deployment, true);
        }
    }

    @Test
    void allErrorsAreReportedAtOnce() {
        String message = refused("configure-mfa-sign-on", Map.of("environment", "prodution", "applicationName", "a\r\nSet-Cookie: b",
            "policyName", "<script>", "redirectUris", "javascript:alert(1)", "authenticators", "carrierPigeon",
            "deviceAuthenticationPolicyId", "not-a-uuid", "assignmentPriority", 0, "approvalRequired", "perhaps",
            "decision", "approve", "scopes", "a b"));
        assertThat(message.split("(?<=\\.) (?=[a-zA-Z]+: )")).hasSize(11);
        assertThat(message).contains("environment: must be sandbox.", "applicationName: must not contain line breaks",
            "policyName: must be 1 to 256", "redirectUris: must be absolute URIs",
            "authenticators: must be one or more of authenticator, email",
            "deviceAuthenticationPolicyId: must be a lower-case UUID", "assignmentPriority: must be a whole number",
            "authenticators: is not allowed together with deviceAuthenticationPolicyId, which replaces it.",
            "approvalRequired: must be one of true, false.", "decision: is not a variable of this flow", "scopes: must be scope names");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "redirectUris | https://example.com/*", "redirectUris | /callback", "redirectUris | https://example.com#top",
        "redirectUris | https://", "redirectUris | data:text/html;x", "redirectUris | https://a.example,nonsense here",
        "redirectUris | https://a.example,https://a.example", "redirectUris | ,", "bundleId | com.example app", "packageName | ../../etc",
        "policyName | Ä", "policyName | Two words", "policyName | a:b", "policyName | https://example.com:8443", "policyName | <a>://b",
        "redirectUris | https://example.com/ä", "redirectUris | https://example.com:70000/", "redirectUris | nonsense",
        "policyName | ${7*7}", "noDevicesMode | BLOCK", "noDevicesMode | PERHAPS", "assignmentPriority | 1.5",
        "assignmentPriority | -1", "assignmentPriority | 99999999999", "authenticators | sms,sms", "environment | SANDBOX"})
    void anInvalidValueIsRefused(String field, String value) {
        assertThat(refused("configure-mfa-sign-on", with(MFA, field, value))).contains(field + ": ");
    }

    @Test
    void authenticatorsAreNotAllowedBesideADevicePolicy() {
        for (String flow : new String[] {"configure-mfa-sign-on", "configure-passwordless-sign-on"}) {
            assertThat(refused(flow, Map.of("applicationName", "App", "policyName", "P", "authenticators", "email",
                "deviceAuthenticationPolicyId", "11111111-2222-3333-4444-555555555555")))
                .contains("authenticators: is not allowed together with deviceAuthenticationPolicyId, which replaces it.");
        }
        // As Tasklist sends a field that was left empty.
        assertThat(start("configure-mfa-sign-on", with(MFA, "authenticators", "",
            "deviceAuthenticationPolicyId", "11111111-2222-3333-4444-555555555555")).getStatusCode().value()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"Banking_MFA", "a.b-c", "https://example.com/mfa", "urn://example"})
    void aPolicyNameThatPingOneAccepts(String name) {
        assertThat(start("configure-mfa-sign-on", with(MFA, "policyName", name)).getStatusCode().value()).isEqualTo(200);
    }

    @Test
    void blankNamesCountAsMissing() {
        for (String blank : new String[] {"", "   ", "\u00a0", "\u2003 \u00a0", "\u3000"}) {
            assertThat(refused("configure-mfa-sign-on", with(MFA, "applicationName", blank, "policyName", blank)))
                .contains("applicationName: ").contains("policyName: ");
        }
    }

    /** In Tasklist nobody enters one; without it, Cockpit shows only ids. */
    @Test
    void aMissingKeyIsComposedOfTheNames() {
        for (String given : new String[] {"null", "\"\"", "\"  \""}) {
            String start = """
                {"businessKey": %s, "variables": {"applicationName": {"value": "App"}, "policyName": {"value": "%s"}}}"""
                .formatted(given, "P" + given.length());
            for (String operation : new String[] {"start", "submit-form"}) {
                ResponseEntity<JsonNode> reply = rest.exchange("/engine-rest/process-definition/key/configure-mfa-sign-on/" + operation,
                    HttpMethod.POST, new HttpEntity<>(start, json()), JsonNode.class);
                assertThat(reply.getStatusCode().value()).as(String.valueOf(reply)).isEqualTo(200);
                String id = reply.getBody().get("id").asString();
                assertThat(runtime.createProcessInstanceQuery().processInstanceId(id).singleResult().getBusinessKey())
                    .isEqualTo("App / P" + given.length());
                assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(id).singleResult().getBusinessKey())
                    .isEqualTo("App / P" + given.length());
            }
        }
        assertThat(start("configure-mfa-sign-on", with(MFA, "applicationName", "a".repeat(256), "policyName", "p".repeat(256)))
            .getBody().get("businessKey").asString()).hasSize(255).contains("aaa / ppp");
        ResponseEntity<JsonNode> given = rest.exchange("/engine-rest/process-definition/key/configure-mfa-sign-on/start", HttpMethod.POST,
            new HttpEntity<>("{\"businessKey\": \"mine\", \"variables\": {\"applicationName\": {\"value\": \"App\"}, \"policyName\": "
                + "{\"value\": \"P\"}}}", json()), JsonNode.class);
        assertThat(given.getBody().get("businessKey").asString()).isEqualTo("mine");
    }

    private static HttpHeaders json() {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        return headers;
    }

    @Test
    void theStartFormOffersWhatIsConfigured() {
        JsonNode form = rest.getForObject("/engine-rest/process-definition/key/configure-mfa-sign-on/deployed-start-form", JsonNode.class);
        assertThat(form.at("/components/1/values/0/value").asString()).isEqualTo("sandbox");
        assertThat(form.at("/components/1/values")).hasSize(1);
    }

    @Test
    void lengthsAreBounded() {
        assertThat(refused("configure-mfa-sign-on", with(MFA, "applicationName", "x".repeat(257)))).contains("at most 256 characters, not 257");
        assertThat(refused("configure-mfa-sign-on", with(MFA, "policyDescription", "x".repeat(1001)))).contains("at most 1,000 characters");
        assertThat(refused("configure-mfa-sign-on", with(MFA, "policyName", "x".repeat(257)))).contains("policyName: must be 1 to 256");
    }

    @Test
    void onlyPlainValuesAreAccepted() {
        Map<String, Object> json = Map.of("value", "{\"a\": 1}", "type", "Json");
        ResponseEntity<JsonNode> reply = rest.postForEntity("/engine-rest/process-definition/key/configure-mfa-sign-on/start",
            Map.of("variables", Map.of("applicationName", Map.of("value", "App"), "policyName", json)), JsonNode.class);
        assertThat(reply.getStatusCode().value()).as(String.valueOf(reply.getBody())).isEqualTo(400);
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @Test
    void formSubmissionIsCheckedTheSameWay() {
        ResponseEntity<JsonNode> reply = rest.postForEntity("/engine-rest/process-definition/key/configure-mfa-sign-on/submit-form",
            Map.of("variables", Map.of("policyName", Map.of("value", "Policy"))), JsonNode.class);
        assertThat(reply.getStatusCode().value()).isEqualTo(400);
        assertThat(reply.getBody().get("message").asString()).contains("applicationName: is required.");
    }

    @Test
    void startingAtAnotherActivityIsCheckedToo() {
        ResponseEntity<JsonNode> reply = rest.postForEntity("/engine-rest/process-definition/key/configure-mfa-sign-on/start",
            Map.of("startInstructions", new Object[] {Map.of("type", "startBeforeActivity", "activityId", "Task_AssignPolicy")},
                "variables", Map.of("policyId", Map.of("value", "x"))), JsonNode.class);
        assertThat(reply.getStatusCode().value()).as(String.valueOf(reply.getBody())).isEqualTo(400);
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @Test
    void omittedVariablesGetDefaults() {
        ResponseEntity<JsonNode> reply = start("configure-mfa-sign-on", with(MFA, "applicationDescription", "", "redirectUris", " "));
        assertThat(reply.getStatusCode().value()).as(String.valueOf(reply.getBody())).isEqualTo(200);
        String id = reply.getBody().get("id").asString();
        assertThat(runtime.getVariables(id)).containsEntry("environment", "sandbox").containsEntry("scopes", "profile")
            .containsEntry("authenticators", "authenticator").containsEntry("assignmentPriority", 1).containsEntry("approvalRequired", true)
            .containsEntry("applicationDescription", null).containsEntry("redirectUris", null);
    }

    @Test
    void aDecisionIsChecked() throws Exception {
        runtime.startProcessInstanceByKey("configure-mfa-sign-on", MFA);
        run(runtime.createProcessInstanceQuery().singleResult());
        String task = tasks.createTaskQuery().singleResult().getId();
        rest = rest.withBasicAuth("approver", "approver-sandbox");
        for (String operation : new String[] {"complete", "submit-form"}) {
            for (String[] bad : new String[][] {{"{}", "decision: is required, and must be one of approve, decline."},
                {"{\"decision\": {\"value\": \"maybe\"}}", "decision: must be one of approve, decline."},
                {"{\"decision\": {\"value\": \"decline\"}, \"comment\": {\"value\": \"  \"}}", "comment: is required to decline."}}) {
                ResponseEntity<JsonNode> reply = rest.postForEntity("/engine-rest/task/" + task + "/" + operation,
                    Map.of("variables", JsonMapper.shared().readTree(bad[0])), JsonNode.class);
                assertThat(reply.getStatusCode().value()).isEqualTo(400);
                assertThat(reply.getBody().get("message").asString()).contains(bad[1]);
            }
        }
        assertThat(tasks.createTaskQuery().taskId(task).count()).isEqualTo(1);

        ResponseEntity<JsonNode> approved = rest.postForEntity("/engine-rest/task/" + task + "/complete",
            Map.of("variables", Map.of("decision", Map.of("value", "approve"))), JsonNode.class);
        assertThat(approved.getStatusCode().value()).as(String.valueOf(approved.getBody())).isEqualTo(204);
        assertThat(history.createHistoricTaskInstanceQuery().taskId(task).singleResult().getAssignee()).isEqualTo("approver");
    }
}
