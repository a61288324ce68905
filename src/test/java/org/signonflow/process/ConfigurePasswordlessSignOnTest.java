package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

@Import(ConfigurePasswordlessSignOnTest.Coverage.class)
class ConfigurePasswordlessSignOnTest extends FlowTest {

    @TestConfiguration
    static class Coverage {
        /** Registered before the library's own: of two it accepts none, and then nothing is asserted. */
        @Bean
        @Primary
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            return everyNodeAndFlowOf("configure-passwordless-sign-on");
        }
    }

    private static final List<String> THREE_CALLS = List.of("POST /signOnPolicies", "POST /signOnPolicies/*/actions",
        "POST /applications/*/signOnPolicyAssignments");
    private static final List<String> READS = List.of("GET /applications/*", "GET /applications/*/signOnPolicyAssignments",
        "GET /signOnPolicies");

    private ProcessInstance start(Object... more) {
        return runtime.startProcessInstanceByKey("configure-passwordless-sign-on", with(Map.of(
            "applicationId", before.get("applications").first(),
            "policyName", "Passwordless_UseCase",
            "policyDescription", "A new Passwordless sign-on policy."), more));
    }

    @Test
    void everythingMustBeCovered(@Autowired ProcessEngineCoverageProperties coverage) {
        assertThat(coverage.getClassCoverageAssertionConditions()).isNotEmpty();
    }

    @Test
    void sendsTheThreeCallsInOrderAndAssignsOnceApproved() throws Exception {
        ProcessInstance instance = start();
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "applicationName")).as("for the approver to read").isNotBlank();
        String key = variable(instance, "applicationName") + " / Passwordless_UseCase";
        assertThat(tasks.createTaskQuery().processInstanceBusinessKey(key).count()).as("to be found in Cockpit").isEqualTo(1);
        assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(instance.getId()).singleResult().getBusinessKey())
            .isEqualTo(key);

        decide(instance, "approve", "fine");
        run(instance);

        assertThat(instance).hasPassedInOrder("StartEvent_Requested", "Task_ReadApplication", "Task_CreateSignOnPolicy",
            "Task_AddMfaAction", "Task_ApproveAssignment", "Task_AssignPolicy", "EndEvent_Completed");
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).as("three reads before the decision, and four after it").isEqualTo(calls(READS,
            THREE_CALLS.subList(0, 2), READS, List.of("GET /signOnPolicies/*/actions"), THREE_CALLS.subList(2, 3)));
        assertThat(sandbox.body(instance.getId(), "POST /signOnPolicies/*/actions")).isEqualTo(JsonMapper.shared().readTree("""
            {"priority": 1, "type": "MULTI_FACTOR_AUTHENTICATION", "recovery": {"enabled": false},
             "email": {"enabled": true}, "sms": {"enabled": true}}"""));
    }

    @Test
    void aGivenKeyIsKept() {
        ProcessInstance instance = runtime.startProcessInstanceByKey("configure-passwordless-sign-on", "mine",
            Map.of("applicationId", before.get("applications").first(), "policyName", "Passwordless_UseCase"));
        run(instance);
        assertThat(task(instance)).isNotNull();
        assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(instance.getId()).singleResult().getBusinessKey())
            .isEqualTo("mine");
    }

    @Test
    void needsNobodyIfNoApprovalIsRequired() {
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertThat(instance).hasNotPassed("Task_ApproveAssignment");
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).as("whether the priority is free, and whether it still is").isEqualTo(
            calls(READS.subList(0, 2), THREE_CALLS.subList(0, 2), READS.subList(1, 2), THREE_CALLS.subList(2, 3)));
    }

    @Test
    void aGivenPriorityIsAcceptedEvenIfTaken() {
        assign("Single_Factor", 1);
        ProcessInstance instance = start("approvalRequired", false, "assignmentPriority", 1);
        run(instance);
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).isEqualTo(calls(READS.subList(0, 1), THREE_CALLS));
    }

    @SafeVarargs
    private static List<String> calls(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    @Test
    void aTakenPriorityIsShownAndMarked() {
        assign("Single_Factor", 1);
        ProcessInstance instance = start();
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(instance, "signOnNow")).isEqualTo("Single_Factor (priority 1)");
        assertThat(variable(instance, "signOnAfter")).isEqualTo("Passwordless_UseCase or Single_Factor (both priority 1)");
        assertThat(((String) variable(instance, "secondLook")).lines().skip(1)).first().asString()
            .startsWith("Priority 1 is taken by Single_Factor");
        decide(instance, "approve", "I know");
        run(instance);
        assertEnded(instance, "COMPLETED");
    }

    @Test
    void aTakenDefaultPriorityIsRefusedWithoutApproval() {
        assign("Single_Factor", 1);
        TreeMap<String, TreeSet<String>> there = sandbox.objects();
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat((String) variable(instance, "rejection")).isEqualTo("assignmentPriority: 1, the default, is already taken on this "
            + "application by the sign-on policy Single_Factor. Choose a free one, or let the flow wait for approval.");
        assertThat(sandbox.objects()).isEqualTo(there);
    }

    @Test
    void showsTheDefaultPolicyAndAsksAgainIfItHasChanged() {
        ProcessInstance instance = start();
        run(instance);
        assertThat(variable(instance, "signOnNow")).isEqualTo("The environment's default policy, which is Single_Factor");
        assertThat(variable(instance, "signOnAfter")).isEqualTo("Passwordless_UseCase (priority 1), and nothing else");
        assertThat(variable(instance, "secondLook"))
            .isEqualTo("This is PingOne's own admin console: whoever cannot sign on with the new policy is locked out of it.");
        sandbox.pingOne("PUT", "/signOnPolicies/" + sandbox.policy("Multi_Factor"), """
            {"name": "Multi_Factor", "default": true}""");
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(instance, "changes")).isEqualTo("The environment's default policy was changed in PingOne and is now: Multi_Factor.");
    }

    @Test
    void withTwoSimultaneousApprovalsTheSecondApproverIsAskedAgain() {
        ProcessInstance one = start();
        ProcessInstance other = start("policyName", "Another");
        for (ProcessInstance instance : List.of(one, other)) {
            run(instance);
            decide(instance, "approve", null);
            while (!isNext(instance, "Task_AssignPolicy")) {
                management.executeJob(job(instance).getId());
            }
        }
        run(one);
        assertEnded(one, "COMPLETED");
        runThroughRetries(other);
        assertThat(other).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(other, "changes")).contains("are now: Passwordless_UseCase (priority 1)");
        decide(other, "decline", "not both");
        run(other);
        assertEnded(other, "DECLINED");
    }

    @Test
    void ofTwoThatTakeTheDefaultPriorityAtTheSameTimeWithoutApprovalOneIsRefused() {
        ProcessInstance one = start("approvalRequired", false);
        ProcessInstance other = start("approvalRequired", false, "policyName", "Another");
        for (ProcessInstance instance : List.of(one, other)) {
            while (!isNext(instance, "Task_AssignPolicy")) {
                management.executeJob(job(instance).getId());
            }
        }
        run(one);
        assertEnded(one, "COMPLETED");
        runThroughRetries(other);
        assertEnded(other, "REJECTED");
        assertThat((String) variable(other, "rejection")).contains("is already taken on this application by the sign-on policy "
            + "Passwordless_UseCase");
    }

    private boolean isNext(ProcessInstance instance, String task) {
        return management.createJobDefinitionQuery().jobDefinitionId(job(instance).getJobDefinitionId()).singleResult().getActivityId()
            .equals(task);
    }

    @Test
    void nothingIsAssignedUncheckedAfterAnIncident() {
        ProcessInstance instance = start();
        run(instance);
        decide(instance, "approve", null);
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 401, "times": 2}""");
        run(instance);
        assertThat(incident(instance).getActivityId()).isEqualTo("Task_AssignPolicy");
        assign("Single_Factor", 1);
        management.setJobRetries(job(instance).getId(), 1);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains("are now: Single_Factor (priority 1)");
        decide(instance, "decline", "no");
        run(instance);
        assertEnded(instance, "DECLINED");
    }

    private static final String SHOP = "name 'Shop', description none, enabled true, redirect URIs [https://shop.example], grant types "
        + "[AUTHORIZATION_CODE], bundle id none, package name none";

    private ProcessInstance forShop() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asString();
        ProcessInstance instance = start("applicationId", application);
        run(instance);
        return instance;
    }

    /** Waits for approval, as left by version 1.0. */
    private ProcessInstance begunByVersion10() {
        ProcessInstance instance = forShop();
        asVersion10HadIt(instance, "applicationState", sha256(SHOP));
        return instance;
    }

    /** A node of that version that finds no record of the application takes it for changed, and asks again. */
    @Test
    void nodesOfVersion10UnderstandTheRecordedState() {
        assertThat(variable(forShop(), "applicationState")).isEqualTo(sha256(SHOP));
    }

    @Test
    void flowsApprovedInVersion10Continue() {
        ProcessInstance instance = begunByVersion10();
        decide(instance, "approve", null);
        run(instance);
        assertEnded(instance, "COMPLETED");
    }

    @Test
    void changesSinceVersion10CheckedAreApprovedAgain() {
        ProcessInstance instance = begunByVersion10();
        sandbox.pingOne("PUT", "/applications/" + variable(instance, "applicationId"), """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://evil.example"]}""");
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains("https://evil.example").doesNotContain("besides", "default policy");
    }

    @Test
    void whatVersion10NeverShowedIsApprovedAgain() {
        ProcessInstance instance = begunByVersion10();
        sandbox.pingOne("POST", "/applications/%s/signOnPolicyAssignments".formatted(variable(instance, "applicationId")),
            "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Single_Factor")));
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(instance, "changes"))
            .isEqualTo("The application's other policy assignments were changed in PingOne and are now: Single_Factor (priority 1).");
        decide(instance, "approve", "I see");
        run(instance);
        assertEnded(instance, "COMPLETED");
    }

    @Test
    void flowsBegunInVersion10ReadOnlyTheApplication() {
        ProcessInstance instance = start();
        runtime.removeVariable(instance.getId(), ProcessVariables.PRIORITY_GIVEN);
        assign("Single_Factor", 1);
        run(instance);
        assertThat(sandbox.calls(instance.getId())).startsWith("GET /applications/*", "POST /signOnPolicies");
        decide(instance, "approve", null);
        run(instance);
        assertThat((String) variable(instance, "changes")).contains("are now: Single_Factor (priority 1)");
    }

    private void assign(String policy, int priority) {
        sandbox.pingOne("POST", "/applications/%s/signOnPolicyAssignments".formatted(before.get("applications").first()),
            "{\"priority\": %d, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(priority, sandbox.policy(policy)));
    }

    @Test
    void asksAgainIfTheApplicationWasChangedMeanwhile() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asString();
        ProcessInstance instance = start("applicationId", application);
        run(instance);
        sandbox.pingOne("PUT", "/applications/" + application, """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://evil.example"]}""");
        decide(instance, "approve", null);
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat((String) variable(instance, "changes")).contains("https://evil.example");
        decide(instance, "decline", "no");
        run(instance);
        assertEnded(instance, "DECLINED");
        assertThat(sandbox.state().get("applications").toString()).as("existed before").contains(application);
    }

    @Test
    void assignsNothingIfThePolicyIsGone() {
        ProcessInstance instance = start();
        run(instance);
        sandbox.pingOne("DELETE", "/signOnPolicies/" + variable(instance, "policyId"), "");
        pass(Duration.ofMinutes(2));
        decide(instance, "approve", null);
        run(instance);
        assertEnded(instance, "REJECTED");
        assertNothingLeft();
    }

    @Test
    void createsNothingForAMissingApplication() {
        ProcessInstance instance = start("applicationId", "11111111-2222-3333-4444-555555555555");
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat((String) variable(instance, "rejection")).startsWith("Read application was refused: NOT_FOUND");
        assertThat(sandbox.calls(instance.getId())).containsExactly("GET /applications/*");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"GET, /applications/*, Read application", "POST, /signOnPolicies, Create sign-on policy",
        "POST, /signOnPolicies/*/actions, Add MFA action", "POST, /applications/*/signOnPolicyAssignments, Assign policy"})
    void undoesEverythingIfPingOneRefuses(String method, String path, String step) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 409, "code": "INVALID_DATA"}""".formatted(method, path));
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat((String) variable(instance, "rejection")).startsWith(step + " was refused: ");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"GET, /applications/*", "POST, /signOnPolicies", "POST, /signOnPolicies/*/actions",
        "POST, /applications/*/signOnPolicyAssignments"})
    void survivesTransientFailures(String method, String path) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 503, "times": 2}""".formatted(method, path));
        ProcessInstance instance = start("approvalRequired", false);
        runThroughRetries(instance);
        assertEnded(instance, "COMPLETED");
        for (String one : List.of("signOnPolicies", "signOnPolicyAssignments")) {
            assertThat(made(one)).as(one).isEqualTo(1);
        }
    }

    @Test
    void aDeclinedFlowIsUndone() {
        ProcessInstance instance = start();
        run(instance);
        decide(instance, "decline", "no");
        run(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void aWaitingApprovalIsEscalatedAndExpires() {
        ProcessInstance instance = start();
        run(instance);
        management.executeJob(timer("Event_ReminderDue").getId());
        assertThat(task(instance).getPriority()).isEqualTo(100);
        management.executeJob(timer("Event_ApprovalExpired").getId());
        run(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void rollsBackAFlowThatWaitsForApproval() {
        ProcessInstance instance = start();
        run(instance);
        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        run(instance);
        assertEnded(instance, "ROLLED_BACK");
        assertNothingLeft();
    }

    @Test
    void rollsBackAnAssignmentWhoseReplyWasLost() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "drop", "when": "after"}""");
        ProcessInstance instance = start("approvalRequired", false);
        run(instance);
        assertThat(made("signOnPolicyAssignments")).isEqualTo(1);

        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        run(instance);

        assertEnded(instance, "ROLLED_BACK");
        assertThat(sandbox.calls(instance.getId())).containsSubsequence("DELETE /applications/*/signOnPolicyAssignments/*",
            "GET /applications", "GET /applications/*/signOnPolicyAssignments", "DELETE /signOnPolicies/*")
            .endsWith("DELETE /signOnPolicies/*");
        assertNothingLeft();
    }
}
