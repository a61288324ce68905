package org.signonflow.process;

import org.camunda.bpm.engine.history.HistoricJobLog;
import org.camunda.bpm.engine.history.HistoricVariableUpdate;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

@Import(ConfigureMfaSignOnTest.Coverage.class)
class ConfigureMfaSignOnTest extends FlowTest {

    @TestConfiguration
    static class Coverage {
        /** Registered before the library's own: of two it accepts none, and then nothing is asserted. */
        @Bean
        @Primary
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            return everyNodeAndFlowOf("configure-mfa-sign-on");
        }
    }

    private static final List<String> SEVEN_CALLS = List.of("POST /applications", "GET /resources", "GET /resources/*/scopes",
        "POST /applications/*/grants", "POST /signOnPolicies", "POST /signOnPolicies/*/actions",
        "POST /applications/*/signOnPolicyAssignments");

    private static final Map<String, Object> REQUEST = Map.of(
        "applicationName", "Banking app",
        "applicationDescription", "This is an OIDC native application.",
        "redirectUris", "https://www.example.com",
        "bundleId", "com.example.something1",
        "packageName", "org.example.hyphenated_name1",
        "policyName", "MFA_UseCase",
        "policyDescription", "A new MFA sign-on policy.");

    private ProcessInstance start(Object... more) {
        return runtime.startProcessInstanceByKey("configure-mfa-sign-on", with(REQUEST, more));
    }

    @Test
    void everythingMustBeCovered(@Autowired ProcessEngineCoverageProperties coverage) {
        assertThat(coverage.getClassCoverageAssertionConditions()).isNotEmpty();
    }

    @Test
    void sendsTheSevenCallsInOrderAndAssignsOnceApproved() {
        ProcessInstance instance = start();
        assertThat(sandbox.calls(instance.getId())).as("starting makes no calls").isEmpty();

        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(task(instance)).hasCandidateGroup("sign-on-approvers");
        assertThat(sandbox.calls(instance.getId())).isEqualTo(SEVEN_CALLS.subList(0, 6));

        decide(instance, "approve", null);
        assertThat(made("signOnPolicyAssignments")).as("assigned by a job, not in the approver's request").isZero();
        run(instance);

        assertThat(instance).hasPassedInOrder("StartEvent_Requested", "Task_CreateNativeApplication", "Task_ListResources",
            "Task_ListScopes", "Task_GrantScopes", "Task_CreateSignOnPolicy", "Task_AddMfaAction", "Gateway_ApprovalRequired",
            "Task_ApproveAssignment", "Gateway_Approved", "Gateway_ToAssignment", "Task_AssignPolicy", "EndEvent_Completed");
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).as("the seven, and before the last a check of what was approved")
            .startsWith(SEVEN_CALLS.subList(0, 6).toArray(String[]::new))
            .endsWith("GET /applications/*", "GET /applications/*/grants", "GET /applications/*/signOnPolicyAssignments",
                "GET /signOnPolicies/*", "GET /signOnPolicies/*/actions", SEVEN_CALLS.get(6))
            .hasSize(12);
        for (String id : List.of("applicationId", "openidResourceId", "grantId", "policyId", "actionId", "assignmentId")) {
            assertThat((String) variable(instance, id)).as(id).matches("[0-9a-f-]{36}");
        }
        for (String one : List.of("applications", "grants", "signOnPolicies", "signOnPolicyAssignments")) {
            assertThat(made(one)).as(one).isEqualTo(1);
        }
    }

    @Test
    void sendsThePublishedRequests() throws Exception {
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);

        JsonNode application = sandbox.body(instance.getId(), "POST /applications");
        assertThat(application).isEqualTo(json("""
            {"enabled": true, "name": "Banking app", "description": "This is an OIDC native application.", "type": "NATIVE_APP",
             "protocol": "OPENID_CONNECT", "responseTypes": ["TOKEN", "ID_TOKEN"], "grantTypes": ["IMPLICIT"],
             "tokenEndpointAuthMethod": "NONE", "redirectUris": ["https://www.example.com"],
             "mobile": {"bundleId": "com.example.something1", "packageName": "org.example.hyphenated_name1"},
             "externalId": "%s", "allowWildcardInRedirectUris": false, "includeX5t": false, "opSessionCheckEnabled": false,
             "requireSignedRequestObject": false, "supportUnsignedRequestObject": false, "refreshTokenDuration": 2592000,
             "refreshTokenRollingDuration": 15552000}""".formatted(instance.getId())));
        assertThat(sandbox.body(instance.getId(), "POST /signOnPolicies")).isEqualTo(json("""
            {"name": "MFA_UseCase", "default": false, "description": "A new MFA sign-on policy."}"""));
        assertThat(sandbox.body(instance.getId(), "POST /signOnPolicies/*/actions")).isEqualTo(json("""
            {"priority": 10, "type": "MULTI_FACTOR_AUTHENTICATION", "recovery": {"enabled": false}, "authenticator": {"enabled": true},
             "email": {"enabled": false}, "sms": {"enabled": false},
             "applications": [{"id": "%s", "autoEnrollment": {"enabled": true},
                               "deviceAuthorization": {"enabled": true, "extraVerification": "permissive"}}]}"""
            .formatted(variable(instance, "applicationId"))));
        assertThat(sandbox.body(instance.getId(), "POST /applications/*/grants").at("/resource/id").asString())
            .isEqualTo(variable(instance, "openidResourceId"));
        assertThat(sandbox.body(instance.getId(), "POST /applications/*/signOnPolicyAssignments")).isEqualTo(json("""
            {"priority": 1, "signOnPolicy": {"id": "%s"}}""".formatted(variable(instance, "policyId"))));
    }

    @Test
    void needsNobodyIfNoApprovalIsRequired() {
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertThat(instance).hasNotPassed("Task_ApproveAssignment");
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).isEqualTo(SEVEN_CALLS);
    }

    @Test
    void refersToADeviceAuthenticationPolicyInsteadOfAuthenticators() throws Exception {
        String devicePolicy = sandbox.objects().get("deviceAuthenticationPolicies").first();
        ProcessInstance instance = start("approvalRequired", "false", "deviceAuthenticationPolicyId", devicePolicy, "noDevicesMode", "BLOCK");
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.body(instance.getId(), "POST /signOnPolicies/*/actions")).isEqualTo(json("""
            {"priority": 10, "type": "MULTI_FACTOR_AUTHENTICATION", "deviceAuthenticationPolicy": {"id": "%s"}, "noDevicesMode": "BLOCK"}"""
            .formatted(devicePolicy)));
        assertThat(variable(instance, "authenticators")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"POST, /applications, Create native application", "GET, /resources, List resources",
        "GET, /resources/*/scopes, List scopes", "POST, /applications/*/grants, Grant scopes",
        "POST, /signOnPolicies, Create sign-on policy", "POST, /signOnPolicies/*/actions, Add MFA action",
        "POST, /applications/*/signOnPolicyAssignments, Assign policy"})
    void undoesEverythingIfPingOneRefuses(String method, String path, String step) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 400, "code": "INVALID_DATA"}""".formatted(method, path));
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat(instance).hasPassed("EndEvent_Rejected");
        assertThat((String) variable(instance, "rejection")).startsWith(step + " was refused: ").contains("INVALID_DATA");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"POST, /applications", "GET, /resources", "GET, /resources/*/scopes", "POST, /applications/*/grants",
        "POST, /signOnPolicies", "POST, /signOnPolicies/*/actions", "POST, /applications/*/signOnPolicyAssignments"})
    void survivesTransientFailures(String method, String path) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 503, "times": 2}""".formatted(method, path));
        ProcessInstance instance = start("approvalRequired", false);
        runThroughRetries(instance);
        assertEnded(instance, "COMPLETED");
        for (String one : List.of("applications", "grants", "signOnPolicies", "signOnPolicyAssignments")) {
            assertThat(made(one)).as(one).isEqualTo(1);
        }
    }

    @Test
    void aMissingScopeIsARefusal() {
        ProcessInstance instance = start("scopes", "profile,loyalty");
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat(variable(instance, "rejection")).asString().startsWith("The resource 'openid' has no scope loyalty; it has ");
        assertNothingLeft();
    }

    @Test
    void anExistingPolicyNameIsARefusalAndThatPolicyStaysUnchanged() {
        ProcessInstance instance = start("policyName", "Multi_Factor");
        JsonNode policies = sandbox.state().get("signOnPolicies");
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat(sandbox.state().get("signOnPolicies")).isEqualTo(policies);
        assertNothingLeft();
    }

    @Test
    void aDeclinedFlowIsUndone() {
        ProcessInstance instance = start();
        run(instance);
        decide(instance, "decline", "Not this quarter.\nAsk again.");
        run(instance);
        assertThat(instance).hasPassed("EndEvent_Declined", "Task_DeleteSignOnPolicy", "Task_RevokeScopes", "Task_DeleteNativeApplication");
        assertEnded(instance, "DECLINED");
        assertThat(variable(instance, "comment")).isEqualTo("Not this quarter.\nAsk again.");
        assertNothingLeft();
        assertThat(sandbox.calls(instance.getId())).endsWith("DELETE /signOnPolicies/*", "DELETE /applications/*/grants/*",
            "DELETE /applications/*");
    }

    @Test
    void aWaitingApprovalIsEscalatedAndExpires() {
        ProcessInstance instance = start();
        run(instance);
        assertThat(timer("Event_ReminderDue").getDuedate()).isCloseTo(Date.from(now().plus(Duration.ofHours(24))), 60_000);
        assertThat(timer("Event_ApprovalExpired").getDuedate()).isCloseTo(Date.from(now().plus(Duration.ofDays(7))), 60_000);
        int priority = task(instance).getPriority();
        management.executeJob(timer("Event_ReminderDue").getId());
        assertThat(task(instance).getPriority()).isGreaterThan(priority);

        management.executeJob(timer("Event_ApprovalExpired").getId());
        run(instance);
        assertThat(instance).hasPassed("Event_ApprovalExpired", "EndEvent_Declined");
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "The application was changed in PingOne and now has: name 'Renamed' | /applications/{applicationId} | {\"name\": \"Renamed\", \"enabled\": true, \"type\": \"NATIVE_APP\", "
            + "\"protocol\": \"OPENID_CONNECT\", \"grantTypes\": [\"IMPLICIT\"], \"tokenEndpointAuthMethod\": \"NONE\", "
            + "\"refreshTokenDuration\": 2592000, \"refreshTokenRollingDuration\": 15552000}",
        "The sign-on policy was changed in PingOne and now has: | /signOnPolicies/{policyId} | {\"name\": \"MFA_UseCase\", \"description\": \"Edited\"}",
        "The policy's actions were changed in PingOne and are now: | /signOnPolicies/{policyId}/actions/{actionId} | {\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, "
            + "\"email\": {\"enabled\": true}}"})
    void changesSinceApprovalAreShownAndApprovedAgain(String what, String path, String body) {
        ProcessInstance instance = start();
        run(instance);
        String there = path;
        for (String id : List.of("applicationId", "policyId", "actionId")) {
            there = there.replace("{" + id + "}", (String) variable(instance, id));
        }
        sandbox.pingOne("PUT", there, body);
        decide(instance, "approve", "as asked");
        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).startsWith(what);
        assertThat(variable(instance, "decision")).isNull();
        assertThat(made("signOnPolicyAssignments")).isZero();

        decide(instance, "approve", "as it is now");
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(made("signOnPolicyAssignments")).isEqualTo(1);
        assertThat(everyValue(instance, "comment")).as("what was said, the first time too").containsExactly("as asked", "as it is now");
        assertThat(everyValue(instance, "decision")).containsExactly("approve", "approve");
        assertThat(everyValue(instance, "changes")).as("what was shown").singleElement().asString().startsWith(what);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "applications | accessControl {\"group\":{\"groups\":[{\"id\":\"5f0c1de0-0000-4000-8000-000000000001\"}],\"type\":\"ANY_GROUP\"}}",
        "applications | allowWildcardInRedirectUris true", "applications | initiateLoginUri \"https://evil.example\"",
        "applications | loginPageUrl \"https://evil.example\"", "applications | pkceEnforcement \"S256_REQUIRED\"",
        "applications | postLogoutRedirectUris [\"https://evil.example\"]", "applications | responseTypes [\"TOKEN\"]",
        "applications | parRequirement \"REQUIRED\"", "applications | requireSignedRequestObject true",
        "actions | registration {\"enabled\":true}",
        "actions | socialProviders [{\"id\":\"PROVIDER\"}]"})
    void settingsNotOnTheFormAreComparedToo(String whereAndWhat) {
        String what = whereAndWhat.split(" \\| ")[1];
        if (what.contains("PROVIDER")) {
            what = what.replace("PROVIDER", sandbox.pingOne("POST", "/identityProviders", """
                {"name": "Google", "type": "GOOGLE", "enabled": true, "clientId": "c", "clientSecret": "s"}""").get("id").asString());
        }
        String member = "\"" + what.replaceFirst(" ", "\": ");
        ProcessInstance instance = start();
        run(instance);
        if (whereAndWhat.startsWith("applications |")) {
            sandbox.pingOne("PUT", "/applications/" + variable(instance, "applicationId"), """
                {"name": "%s", "enabled": true, "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["IMPLICIT"], \
                "tokenEndpointAuthMethod": "NONE", "refreshTokenDuration": 2592000, "refreshTokenRollingDuration": 15552000, %s}"""
                .formatted(variable(instance, "applicationName"), member));
        } else {
            sandbox.pingOne("PUT", "/signOnPolicies/%s/actions/%s".formatted(variable(instance, "policyId"), variable(instance, "actionId")),
                "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, \"sms\": {\"enabled\": true}, " + member + "}");
        }
        decide(instance, "approve", "as asked");
        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains(", " + what);
        assertThat(made("signOnPolicyAssignments")).isZero();
    }

    @Test
    void aGrantReplacedMeanwhileIsShownAndApprovedAgain() {
        ProcessInstance instance = start();
        run(instance);
        replaceGrantByAllScopes(instance);
        decide(instance, "approve", "as asked");
        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).startsWith("The application's scopes were changed in PingOne and are now: profile, ");
        assertThat((String) variable(instance, "secondLook")).contains("more than the usual scopes (openid, profile, email): ");
        assertThat(made("signOnPolicyAssignments")).isZero();

        decide(instance, "approve", "as it is now");
        run(instance);
        assertEnded(instance, "COMPLETED");
    }

    private void replaceGrantByAllScopes(ProcessInstance instance) {
        String resource = (String) variable(instance, "openidResourceId");
        StringBuilder scopes = new StringBuilder();
        sandbox.pingOne("GET", "/resources/" + resource + "/scopes", "").at("/_embedded/scopes")
            .forEach(scope -> scopes.append(scopes.isEmpty() ? "" : ",").append("{\"id\": \"%s\"}".formatted(scope.get("id").asString())));
        sandbox.pingOne("PUT", "/applications/%s/grants/%s".formatted(variable(instance, "applicationId"), variable(instance, "grantId")),
            "{\"resource\": {\"id\": \"%s\"}, \"scopes\": [%s]}".formatted(resource, scopes));
    }

    @Test
    void anotherAssignmentMadeMeanwhileIsShownAndApprovedAgain() {
        ProcessInstance instance = start();
        run(instance);
        sandbox.pingOne("POST", "/applications/%s/signOnPolicyAssignments".formatted(variable(instance, "applicationId")),
            "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Single_Factor")));
        decide(instance, "approve", null);
        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes"))
            .isEqualTo("The application's other policy assignments were changed in PingOne and are now: Single_Factor (priority 1).");
        assertThat(variable(instance, "signOnAfter")).isEqualTo("MFA_UseCase or Single_Factor (both priority 1)");
        assertThat((String) variable(instance, "secondLook")).contains("Priority 1 is taken by Single_Factor");
    }

    @Test
    void nothingIsAssignedUncheckedAfterAnIncident() {
        ProcessInstance instance = start();
        run(instance);
        decide(instance, "approve", "as asked");
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 401, "times": 2}""");
        run(instance);
        assertThat(incident(instance).getActivityId()).isEqualTo("Task_AssignPolicy");
        sandbox.pingOne("PUT", "/signOnPolicies/" + variable(instance, "policyId"), """
            {"name": "MFA_UseCase", "description": "Edited"}""");

        management.setJobRetries(job(instance).getId(), 1);
        run(instance);

        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(made("signOnPolicyAssignments")).isZero();
        assertThat((String) variable(instance, "changes")).startsWith("The sign-on policy was changed in PingOne and now has: ");
        assertThat(variable(instance, "decision")).isNull();
        decide(instance, "approve", "as it is now");
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(made("signOnPolicyAssignments")).isEqualTo(1);
    }

    private void changePolicy(ProcessInstance instance, String description) {
        sandbox.pingOne("PUT", "/signOnPolicies/" + variable(instance, "policyId"), """
            {"name": "MFA_UseCase", "description": "%s"}""".formatted(description));
    }

    /** Approves and checks; the job that is to assign waits. */
    private ProcessInstance lookedAt() {
        ProcessInstance instance = start();
        run(instance);
        decide(instance, "approve", null);
        execute(job(instance));
        assertThat(instance).isWaitingAt("Task_AssignPolicy");
        return instance;
    }

    @Test
    void aCheckYoungerThanTenMinutesIsEnough() {
        ProcessInstance instance = lookedAt();
        pass(Duration.ofSeconds(170));
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).hasSize(12);
    }

    @Test
    void anOlderCheckIsRepeated() {
        ProcessInstance instance = lookedAt();
        pass(Duration.ofMinutes(11));
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).hasSize(17);
    }

    @Test
    void changesSinceAnOlderCheckAreApprovedAgain() {
        ProcessInstance changed = lookedAt();
        pass(Duration.ofMinutes(11));
        changePolicy(changed, "Edited");
        run(changed);
        assertThat(changed).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(changed, "comment")).isNull();
        decide(changed, "decline", "no");
        run(changed);
        assertEnded(changed, "DECLINED");
    }

    @Test
    void noCheckIsTrustedAfterAFailureHoweverYoung() {
        ProcessInstance instance = lookedAt();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 503, "times": 1}""");
        execute(job(instance));
        changePolicy(instance, "Edited");
        runThroughRetries(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(made("signOnPolicyAssignments")).isZero();
    }

    @Test
    void anAssignmentWithALostReplyIsAdoptedAndNotApprovedAgain() {
        ProcessInstance instance = lookedAt();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "drop", "when": "after"}""");
        execute(job(instance));
        changePolicy(instance, "Edited");
        runThroughRetries(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(made("signOnPolicyAssignments")).isEqualTo(1);
        assertThat(sandbox.calls(instance.getId())).as("settled by one read, without a check").hasSize(13);
    }

    @Test
    void anAssignmentThatFailedWithALostReplyIsCheckedFirst() {
        ProcessInstance instance = lookedAt();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "drop", "when": "before"}""");
        execute(job(instance));
        changePolicy(instance, "Edited");
        runThroughRetries(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(made("signOnPolicyAssignments")).isZero();
        decide(instance, "approve", "as it is now");
        runThroughRetries(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(made("signOnPolicyAssignments")).isEqualTo(1);
        assertThat(sandbox.calls(instance.getId())).as("the second decision costs five reads too")
            .endsWith("GET /applications/*", "GET /applications/*/grants", "GET /applications/*/signOnPolicyAssignments",
                "GET /signOnPolicies/*", "GET /signOnPolicies/*/actions", SEVEN_CALLS.get(6));
    }

    @Test
    void nothingIsAssignedIfSomethingIsGoneAfterAnIncident() {
        ProcessInstance instance = lookedAt();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 503, "times": 1}""");
        execute(job(instance));
        sandbox.pingOne("DELETE", "/signOnPolicies/" + variable(instance, "policyId"), "");
        runThroughRetries(instance);
        assertEnded(instance, "REJECTED");
        assertNothingLeft();
    }

    @Test
    void unusualRequestsAreMarkedAtOnce() {
        String devicePolicy = sandbox.objects().get("deviceAuthenticationPolicies").first();
        ProcessInstance instance = start("scopes", "profile,address", "redirectUris", "http://evil.example/steal",
            "deviceAuthenticationPolicyId", devicePolicy, "noDevicesMode", "BYPASS");
        assertThat(((String) variable(instance, "secondLook")).split("\n")).hasSize(3);
        assertThat(variable(start("policyName", "Other"), "secondLook")).isNull();
    }

    private static final String SHOWN_BY_VERSION_10 = String.join(",", sha256("name 'Banking app', description 'This is an OIDC native "
        + "application.', enabled true, redirect URIs [https://www.example.com], grant types [IMPLICIT], bundle id 'com.example.something1', "
        + "package name 'org.example.hyphenated_name1'"), sha256("name 'MFA_UseCase', description 'Edited'"),
        sha256("MULTI_FACTOR_AUTHENTICATION with priority 10, authenticators [AUTHENTICATOR], device policy none, no devices mode none, "
            + "condition none"));

    /** Its policy was changed, and its approvers were asked again; they have not decided yet. */
    private ProcessInstance askedAgainByVersion10() {
        ProcessInstance instance = start();
        run(instance);
        changePolicy(instance, "Edited");
        asVersion10HadIt(instance, "stateShown", SHOWN_BY_VERSION_10);
        return instance;
    }

    @Test
    void whatVersion10AskedIsNotAskedAgain() {
        ProcessInstance instance = askedAgainByVersion10();
        decide(instance, "approve", null);
        run(instance);
        assertEnded(instance, "COMPLETED");

        ProcessInstance neverAskedAgain = start("bundleId", "com.example.other", "packageName", "com.example.other", "policyName", "Other");
        run(neverAskedAgain);
        asVersion10HadIt(neverAskedAgain);
        decide(neverAskedAgain, "approve", null);
        run(neverAskedAgain);
        assertEnded(neverAskedAgain, "COMPLETED");
    }

    @Test
    void changesSinceVersion10AskedAreApprovedAgain() {
        ProcessInstance instance = askedAgainByVersion10();
        changePolicy(instance, "Edited once more");
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains("Edited once more").doesNotContain("scopes", "besides");
        decide(instance, "approve", null);
        run(instance);
        assertEnded(instance, "COMPLETED");
    }

    @Test
    void whatVersion10NeverShowedIsApprovedAgain() {
        ProcessInstance instance = askedAgainByVersion10();
        replaceGrantByAllScopes(instance);
        sandbox.pingOne("POST", "/applications/%s/signOnPolicyAssignments".formatted(variable(instance, "applicationId")),
            "{\"priority\": 2, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Single_Factor")));
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains("scopes were changed", "other policy assignments were changed")
            .doesNotContain("The sign-on policy", "actions");
    }

    @Test
    void inAVersion10ModelAChangeIsAnIncidentThatDescribesIt() throws Exception {
        String deployment = deployModelOfVersion10("configure-mfa-sign-on");
        try {
            ProcessInstance instance = start();
            run(instance);
            decide(instance, "approve", null);
            sandbox.fault("""
                {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 401, "times": 2}""");
            run(instance);
            asVersion10HadIt(instance);
            changePolicy(instance, "Edited");
            management.setJobRetries(job(instance).getId(), 1);
            run(instance);
            assertThat(incident(instance).getIncidentMessage()).isEqualTo("Assign policy: Nothing was assigned, because this was changed "
                + "after approval. The sign-on policy was changed in PingOne and now has: name 'MFA_UseCase', description 'Edited'. Retry "
                + "once it matches the approval again, or roll the flow back and start another.");
            assertThat(made("signOnPolicyAssignments")).isZero();

            changePolicy(instance, "A new MFA sign-on policy.");
            management.setJobRetries(job(instance).getId(), 1);
            run(instance);
            assertEnded(instance, "COMPLETED");
        } finally {
            engine.getRepositoryService().deleteDeployment(deployment, true);
        }
    }

    private List<Object> everyValue(ProcessInstance instance, String name) {
        return history.createHistoricDetailQuery().variableUpdates().processInstanceId(instance.getId()).orderPartiallyByOccurrence().asc()
            .list().stream().map(HistoricVariableUpdate.class::cast).filter(update -> update.getVariableName().equals(name))
            .map(HistoricVariableUpdate::getValue).toList();
    }

    @ParameterizedTest
    @CsvSource({"/applications/{applicationId}", "/signOnPolicies/{policyId}", "/signOnPolicies/{policyId}/actions/{actionId}"})
    void nothingIsAssignedIfSomethingIsGone(String path) {
        ProcessInstance instance = start();
        run(instance);
        String policy = "/signOnPolicies/" + variable(instance, "policyId");
        if (path.contains("actions")) {
            sandbox.pingOne("POST", policy + "/actions", """
                {"type": "LOGIN", "priority": 1}""");
        }
        String there = path;
        for (String id : List.of("applicationId", "policyId", "actionId")) {
            there = there.replace("{" + id + "}", (String) variable(instance, id));
        }
        sandbox.pingOne("DELETE", there, "");
        // For recently created objects PingOne may say so although they exist.
        pass(Duration.ofMinutes(2));
        decide(instance, "approve", null);
        run(instance);
        if (path.contains("actions")) {
            assertThat(incident(instance).getIncidentMessage()).contains("was not deleted because others added to it: action ");
            sandbox.pingOne("DELETE", policy, "");
            management.setJobRetries(job(instance).getId(), 1);
            run(instance);
        }
        assertEnded(instance, "REJECTED");
        assertThat(instance).hasPassed("Event_CheckForChangesRefused");
        assertNothingLeft();
    }

    @Test
    void rollsBackAFlowThatWaitsForApproval() {
        ProcessInstance instance = start();
        run(instance);
        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        run(instance);
        assertThat(instance).hasPassed("EndEvent_RolledBack");
        assertEnded(instance, "ROLLED_BACK");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void rollsBackAnIncidentWithAnUnfinishedCall(String when) {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "effect": "drop", "when": "%s"}""".formatted(when));
        sandbox.fault("""
            {"method": "GET", "path": "/signOnPolicies", "effect": "status", "status": 500, "times": 100}""");
        ProcessInstance instance = start();
        runThroughRetries(instance);
        assertThat(incident(instance).getActivityId()).isEqualTo("Task_CreateSignOnPolicy");
        sandbox.clearFaults();

        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        runThroughRetries(instance);

        assertEnded(instance, "ROLLED_BACK");
        assertNothingLeft();
    }

    @Test
    void exhaustedAttemptsAreAnIncidentThatQuotesPingOne() {
        sandbox.fault("""
            {"method": "GET", "path": "/resources", "effect": "status", "status": 500, "code": "UNEXPECTED_ERROR", "times": 7}""");
        ProcessInstance instance = start();
        runThroughRetries(instance);
        String correlationId = sandbox.requests(instance.getId()).get(7).correlationId();
        assertThat(sandbox.calls(instance.getId()).stream().filter("GET /resources"::equals)).hasSize(7);
        assertThat(incident(instance).getIncidentMessage()).startsWith("List resources: ").contains("500", "UNEXPECTED_ERROR", correlationId);

        management.setJobRetries(job(instance).getId(), 1);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        var log = history.createHistoricJobLogQuery().processInstanceId(instance.getId());
        assertThat(log.list()).as("each failure, and no unnecessary rows").hasSize(7).allMatch(HistoricJobLog::isFailureLog);
    }

    @Test
    void delaysGrow() {
        sandbox.fault("""
            {"method": "GET", "path": "/resources", "effect": "status", "status": 500, "times": 7}""");
        ProcessInstance instance = start();
        for (long seconds : new long[] {2, 5, 15, 60, 300, 900}) {
            run(instance);
            long delay = job(instance).getDuedate().getTime() - ClockUtil.getCurrentTime().getTime();
            assertThat(delay).isBetween(seconds * 1_000 - 2_000, seconds * 1_200 + 1_000);
            ClockUtil.setCurrentTime(new Date(job(instance).getDuedate().getTime() + 1));
        }
        run(instance);
        assertThat(job(instance).getRetries()).isZero();
    }

    @Test
    void honoursRetryAfterWithoutUsingUpAttempts() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications", "effect": "status", "status": 429, "code": "REQUEST_LIMITED", "times": 20,
             "headers": {"Retry-After": "7"}}""");
        ProcessInstance instance = start();
        Integer retries = null;
        for (int i = 0; i < 20; i++) {
            run(instance);
            Job job = job(instance);
            assertThat(job.getDuedate().getTime() - System.currentTimeMillis()).isCloseTo(7_000L, within(2_000L));
            assertThat(retries == null ? job.getRetries() : retries).isEqualTo(job.getRetries());
            retries = job.getRetries();
            management.setJobDuedate(job.getId(), ClockUtil.getCurrentTime());
        }
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
    }

    @Test
    void anEndlessRateLimitIsAnIncidentOnceTheBudgetIsSpent() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications", "effect": "status", "status": 403, "code": "ACCESS_FAILED", "times": 1000}""");
        ProcessInstance instance = start();
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("Create native application", "403");
        assertThat(sandbox.calls(instance.getId()).size()).as("every ten seconds for two minutes").isBetween(11, 14);
    }

    @Test
    void wrongCredentialsAreAnIncidentAtOnce() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications", "effect": "revoke-token"}""");
        sandbox.fault("""
            {"method": "POST", "path": "/as/token", "effect": "status", "status": 401, "times": 50}""");
        ProcessInstance instance = start();
        run(instance);
        assertThat(incident(instance).getActivityId()).isEqualTo("Task_CreateNativeApplication");
        assertThat(job(instance).getRetries()).isZero();
    }

    @Test
    void anObstructedUndoSaysWhatIsLeft() {
        ProcessInstance instance = start();
        run(instance);
        sandbox.fault("""
            {"method": "DELETE", "path": "/applications/*/grants/*", "effect": "status", "status": 500, "times": 7}""");
        decide(instance, "decline", "no");
        runThroughRetries(instance);
        assertThat(incident(instance).getActivityId()).isEqualTo("Event_UndoDeclined");
        assertThat(incident(instance).getIncidentMessage()).contains("Revoke scopes", "Left in PingOne: ",
            "grant of resource openid (" + variable(instance, "grantId"), "application Banking app (" + variable(instance, "applicationId"))
            .doesNotContain("MFA action", "sign-on policy");

        management.setJobRetries(job(instance).getId(), 1);
        run(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void namesReachPingOneUnchanged() {
        String hostile = "${7*7} #{7*7} <script>alert(1)</script> {{constructor}} \"quoted\" ünï ' ; --";
        ProcessInstance instance = start("applicationName", hostile, "applicationDescription", hostile);
        run(instance);
        JsonNode sent = sandbox.body(instance.getId(), "POST /applications");
        assertThat(sent.get("name").asString()).isEqualTo(hostile);
        assertThat(sent.get("description").asString()).isEqualTo(hostile);
        assertThat(variable(instance, "applicationName")).isEqualTo(hostile);
    }

    private static JsonNode json(String text) throws Exception {
        return JsonMapper.shared().readTree(text);
    }
}
