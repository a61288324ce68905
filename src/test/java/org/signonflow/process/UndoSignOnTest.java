package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** The undo of completed changes: as approved, only what the change created, and nothing that others use or changed. */
@Import(UndoSignOnTest.Coverage.class)
class UndoSignOnTest extends FlowTest {

    @TestConfiguration
    static class Coverage {
        @Bean
        @Primary
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            // A row of the undo of a roll-out.
            return everyNodeAndFlowBut(List.of("Event_RollOutApproved", "Flow_OfRollOut", "Flow_RollOutApproved",
                // Only if it is urgent.
                "Flow_ToUnassignPolicyAtOnce", "Task_UnassignPolicyAtOnce", "Event_UnassignPolicyAtOnceChanged", "Flow_UnassignedAtOnce",
                "Flow_UnassignPolicyAtOnceChanged", "Gateway_ToLookAtTheRest", "Flow_ToLookAtTheRest", "Event_LookAtTheRest",
                "Flow_ToAssignPolicyAgain", "Task_AssignPolicyAgain", "Flow_AssignedAgain", "Flow_ToAssignAgainWhenRejected",
                "Task_AssignPolicyAgainWhenRejected", "Flow_AssignedAgainWhenRejected", "Flow_ToAssignAgainWhenRolledBack",
                "Task_AssignPolicyAgainWhenRolledBack", "Flow_AssignedAgainWhenRolledBack"), "undo-sign-on");
        }
    }

    private static final String UNDO = "undo-sign-on";
    private static final List<String> FOUR_CALLS = List.of("DELETE /applications/*/signOnPolicyAssignments/*", "DELETE /signOnPolicies/*",
        "DELETE /applications/*/grants/*", "DELETE /applications/*");

    @Autowired
    private Changes changes;
    @Autowired
    private Timeline timeline;
    @Autowired
    private JdbcClient jdbc;

    private ProcessInstance completed(String key, Map<String, Object> variables) {
        ProcessInstance instance = runtime.startProcessInstanceByKey(key, with(variables, "approvalRequired", false));
        run(instance);
        assertEnded(instance, "COMPLETED");
        return instance;
    }

    private ProcessInstance completedMfa() {
        return completed("configure-mfa-sign-on", Map.of("applicationName", "Banking app", "policyName", "MFA_UseCase",
            "policyDescription", "As requested", "redirectUris", "https://www.example.com/a,https://www.example.com/b", "bundleId", "com.example.banking"));
    }

    private ProcessInstance completedPasswordless() {
        return completed("configure-passwordless-sign-on", Map.of("applicationId", before.get("applications").first(),
            "policyName", "Passwordless_UseCase", "policyDescription", "As requested"));
    }

    private ProcessInstance undo(ProcessInstance completed, Object... more) {
        ProcessInstance undo = start(completed.getId(), more);
        run(undo);
        return undo;
    }

    private ProcessInstance start(String change, Object... more) {
        return runtime.startProcessInstanceByKey(UNDO, with(Map.of("change", change), more));
    }

    private ProcessInstance waiting(ProcessInstance completed, Object... more) {
        ProcessInstance undo = undo(completed, more);
        assertThat(undo).isWaitingAt("Task_ApproveUndo");
        return undo;
    }

    private void approve(ProcessInstance undo) {
        decide(undo, "approve", "As agreed");
        runThroughRetries(undo);
    }

    private String id(ProcessInstance instance, String variable) {
        return (String) variable(instance, variable);
    }

    private List<String> deletes(ProcessInstance instance) {
        return sandbox.calls(instance.getId()).stream().filter(call -> call.startsWith("DELETE ")).toList();
    }

    private Change change(ProcessInstance instance) {
        return changes.find(instance.getId()).orElseThrow();
    }

    private String assign(String application, String policy, int priority) {
        return "/applications/" + application + "/signOnPolicyAssignments/" + sandbox.pingOne("POST", "/applications/" + application
            + "/signOnPolicyAssignments", "{\"priority\": %d, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(priority, policy)).get("id")
            .asString();
    }

    private void grantMore(ProcessInstance mfa) {
        JsonNode scopes = sandbox.pingOne("GET", "/resources/" + id(mfa, "openidResourceId") + "/scopes", "").at("/_embedded/scopes");
        sandbox.change("/applications/" + id(mfa, "applicationId") + "/grants/" + id(mfa, "grantId"), "scopes",
            scopes.valueStream().limit(3).map(scope -> Map.of("id", scope.get("id").asString())).toList());
    }

    @Test
    void deletesInReverseOrderOnceApproved() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = waiting(mfa, "reason", "CHG-1");
        assertThat(id(undo, "signOnNow")).isEqualTo("MFA_UseCase (priority 1)");
        assertThat(id(undo, "signOnAfter")).isEqualTo("Nobody: the application is deleted");
        assertThat(id(undo, "goes").lines()).containsExactly("sign-on policy assignment (%s)".formatted(id(mfa, "assignmentId")),
            "sign-on policy MFA_UseCase (%s)".formatted(id(mfa, "policyId")), "grant of resource openid (%s)".formatted(id(mfa, "grantId")),
            "application Banking app (%s)".formatted(id(mfa, "applicationId")));
        assertThat(variable(undo, "stays")).isNull();
        assertThat(deletes(undo)).as("nothing before it is approved").isEmpty();
        assertThat(change(undo).state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);

        decide(undo, "approve", "As agreed");
        assertThat(change(undo).state()).isEqualTo(ChangeState.UNDOING);
        run(undo);
        assertThat(undo).hasPassedInOrder("StartEvent_Requested", "Task_FindUses", "Task_ApproveUndo", "Task_UnassignPolicy",
            "Task_DeleteSignOnPolicy", "Task_RevokeScopes", "Task_DeleteNativeApplication", "EndEvent_Completed");
        assertEnded(undo, "COMPLETED");
        assertThat(deletes(undo)).isEqualTo(FOUR_CALLS);
        assertNothingLeft();
        assertThat(change(mfa).undoneBy()).isEqualTo(undo.getId());
        assertThat(change(mfa).undoneAt()).isCloseTo(change(undo).endedAt(), within(1, ChronoUnit.SECONDS));
        assertThat(change(undo)).satisfies(record -> {
            assertThat(record.flow()).isEqualTo(UNDO);
            assertThat(record.applicationName()).isEqualTo("Banking app");
            assertThat(record.policyName()).isEqualTo("MFA_UseCase");
            assertThat(record.reason()).isEqualTo("CHG-1");
        });
        assertThat(calls(undo)).as("its own calls").isEqualTo(List.of("Unassign policy", "Delete sign-on policy", "Revoke scopes",
            "Delete native application"));
        assertThat(calls(mfa)).as("all calls about its objects").endsWith("Unassign policy", "Delete sign-on policy", "Revoke scopes",
            "Delete native application").hasSize(9);
    }

    private List<String> calls(ProcessInstance instance) {
        return timeline.of(change(instance), Map.of("change", Objects.toString(variable(instance, "change"), ""))).stream().filter(event -> event.type() == TimelineEvent.Type.CALL).map(TimelineEvent::step)
            .toList();
    }

    @Test
    void leavesAnExistingApplicationAsItWas() {
        ProcessInstance undo = waiting(completedPasswordless());
        assertThat(id(undo, "signOnNow")).isEqualTo("Passwordless_UseCase (priority 1)");
        assertThat(id(undo, "signOnAfter")).isEqualTo("The environment's default policy, which is Single_Factor");
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertThat(deletes(undo)).isEqualTo(FOUR_CALLS.subList(0, 2));
        assertNothingLeft();
    }

    @Test
    void keepsTheApplicationIfAsked() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = waiting(mfa, "keep", "application");
        assertThat(id(undo, "stays").lines()).containsExactly("grant of resource openid (%s): the application stays".formatted(
            id(mfa, "grantId")), "application Banking app (%s): it is to be kept".formatted(id(mfa, "applicationId")));
        assertThat(id(undo, "signOnAfter")).startsWith("The environment's default policy");
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertThat(deletes(undo)).isEqualTo(FOUR_CALLS.subList(0, 2));
        assertThat(made("applications")).isEqualTo(1);
        assertThat(made("grants")).isEqualTo(1);
        assertThat(made("signOnPolicies")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy used", "policy assigned again", "policy changed", "application described", "action changed", "action added", "application used", "application changed",
        "grant changed"})
    void whatOthersUseOrChangedStaysAndIsNamed(String what) {
        ProcessInstance mfa = completedMfa();
        String application = "/applications/" + id(mfa, "applicationId");
        String policy = "/signOnPolicies/" + id(mfa, "policyId");
        String other = before.get("applications").first();
        switch (what) {
            case "policy used" -> assign(other, id(mfa, "policyId"), 7);
            case "policy assigned again" -> {
                sandbox.pingOne("DELETE", application + "/signOnPolicyAssignments/" + id(mfa, "assignmentId"), "");
                assign(id(mfa, "applicationId"), id(mfa, "policyId"), 3);
            }
            case "application described" -> sandbox.change(application, "description", "Theirs");
            case "policy changed" -> sandbox.change(policy, "description", "Ours now");
            case "action changed" -> sandbox.change(policy + "/actions/" + id(mfa, "actionId"), "priority", 3);
            case "action added" -> sandbox.pingOne("POST", policy + "/actions", "{\"priority\": 1, \"type\": \"LOGIN\"}");
            case "application used" -> assign(id(mfa, "applicationId"), sandbox.policy("Single_Factor"), 2);
            case "application changed" -> sandbox.change(application, "redirectUris",
                List.of("https://www.example.com/b", "https://other.example"));
            default -> grantMore(mfa);
        }
        ProcessInstance undo = waiting(mfa);
        assertThat(id(undo, "stays")).contains(switch (what) {
            case "policy used", "policy assigned again" -> "others have assigned it: ";
            case "policy changed" -> "others changed it: description is \"Ours now\", was \"As requested\"";
            case "application described" -> "others changed it: description is \"Theirs\", was null";
            case "action changed" -> "others changed it: priority is 3, was 10";
            case "action added" -> "others added to it: action ";
            case "application used" -> "others added what would be deleted with it: assignment ";
            case "application changed" -> "others changed it: redirectUris is [\"https://other.example\",\"https://www.example.com/b\"], was ";
            default -> "others changed it: scopes is ";
        });
        approve(undo);
        assertEnded(undo, "COMPLETED");
        if (what.equals("policy assigned again")) {
            assertThat(id(undo, "signOnAfter")).isEqualTo("MFA_UseCase (priority 3)");
            assertThat(made("signOnPolicyAssignments")).as("theirs").isEqualTo(1);
            assertThat(made("signOnPolicies")).isEqualTo(1);
            assertThat(made("grants")).as("of the application that they use").isEqualTo(1);
            return;
        }
        assertThat(deletes(undo)).isEqualTo(what.startsWith("policy") || what.startsWith("action")
            ? List.of(FOUR_CALLS.get(0), FOUR_CALLS.get(2), FOUR_CALLS.get(3)) : FOUR_CALLS.subList(0, 2));
        assertThat(made("signOnPolicies")).isEqualTo(what.startsWith("policy") || what.startsWith("action") ? 1 : 0);
        assertThat(made("applications")).isEqualTo(what.startsWith("application") || what.startsWith("grant") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"another policy assigned, UnassignPolicy", "policy used, UnassignPolicy", "policy used late, DeleteSignOnPolicy",
        "grant changed late, RevokeScopes", "application used late, RevokeScopes",
        "application used late, DeleteNativeApplication"})
    void whoeverApprovedIsAskedAgainIfItChangesMeanwhile(String what, String step) {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = waiting(mfa);
        decide(undo, "approve", "As agreed");
        while (!management.createJobQuery().processInstanceId(undo.getId()).activityId("Task_" + step).list().iterator().hasNext()) {
            execute(job(undo));
        }
        switch (what) {
            case "another policy assigned", "application used late" -> assign(id(mfa, "applicationId"), sandbox.policy("Single_Factor"), 2);
            case "grant changed late" -> grantMore(mfa);
            default -> assign(before.get("applications").first(), id(mfa, "policyId"), 7);
        }
        run(undo);
        assertThat(undo).isWaitingAt("Task_ApproveUndo").hasPassed("Event_" + step + "Changed");
        assertThat(variable(undo, "decision")).isNull();
        assertThat(variable(undo, "comment")).isNull();
        assertThat(change(undo).decidedBy()).isNull();
        assertThat(change(undo).decision()).isNull();
        assertThat(id(undo, "changes")).isNotBlank();
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertThat(made("signOnPolicyAssignments")).as("theirs").isEqualTo(what.startsWith("grant") ? 0 : 1);
        assertThat(deletes(undo)).as("nothing twice").doesNotHaveDuplicates();
        if (what.startsWith("application") && step.equals("RevokeScopes")) {
            assertThat(made("grants")).as("of the application that they use").isEqualTo(1);
        }
    }

    @Test
    void whatAnUndoHasLeftIsUndoneByAnother() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = waiting(mfa);
        sandbox.fault("{\"method\": \"DELETE\", \"path\": \"/signOnPolicies/*\", \"effect\": \"status\", \"status\": 400, \"code\": \"INVALID_DATA\"}");
        approve(undo);
        assertThat(incident(undo)).isNotNull();
        runtime.createMessageCorrelation("RollBack").processInstanceId(undo.getId()).correlate();
        assertEnded(undo, "ROLLED_BACK");
        assertThat(change(mfa).undoneAt()).isNull();
        ProcessInstance rest = waiting(mfa);
        assertThat(id(rest, "goes")).doesNotContain("assignment").contains("sign-on policy MFA_UseCase");
        approve(rest);
        assertEnded(rest, "COMPLETED");
        assertNothingLeft();
        assertThat(change(mfa).undoneBy()).isEqualTo(rest.getId());
    }

    @Test
    void nothingIsUndoneIfTheAssignmentWasChanged() {
        ProcessInstance mfa = completedMfa();
        TreeMap<String, TreeSet<String>> there = sandbox.objects();
        sandbox.change("/applications/" + id(mfa, "applicationId") + "/signOnPolicyAssignments/" + id(mfa, "assignmentId"), "priority", 5);
        ProcessInstance undo = undo(mfa);
        assertEnded(undo, "REJECTED");
        assertThat(id(undo, "rejection")).isEqualTo("The policy is no longer assigned as the change assigned it: others changed it: "
            + "priority is 5, was 1. Nothing was undone.");
        assertThat(sandbox.objects()).isEqualTo(there);
        assertThat(change(mfa).undoneAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"decline, DECLINED", "expire, DECLINED", "withdraw, ROLLED_BACK"})
    void whatIsNotApprovedStaysAndMayBeUndoneLater(String way, String outcome) {
        ProcessInstance mfa = completedMfa();
        TreeMap<String, TreeSet<String>> there = sandbox.objects();
        ProcessInstance undo = waiting(mfa);
        management.executeJob(timer("Event_ReminderDue").getId());
        switch (way) {
            case "decline" -> decide(undo, "decline", "Not yet");
            case "expire" -> management.executeJob(timer("Event_ApprovalExpired").getId());
            default -> runtime.createMessageCorrelation("RollBack").processInstanceId(undo.getId()).correlate();
        }
        run(undo);
        assertEnded(undo, outcome);
        assertThat(sandbox.objects()).isEqualTo(there);
        assertThat(change(mfa).undoneAt()).isNull();
        approve(waiting(mfa));
        assertNothingLeft();
    }

    @Test
    void isRefusedUnlessTheChangeIsInEffect() {
        assertRefused("11111111-2222-3333-4444-555555555555", "change: there is no such change");
        assertRefused("x", "change: must be a lower-case UUID");
        ProcessInstance waits = runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", "Banking app", "policyName", "MFA_UseCase"));
        run(waits);
        assertRefused(waits.getId(), "change: has not completed; only what is in effect can be undone. Roll it back instead.");
        decide(waits, "decline", "no");
        run(waits);
        assertRefused(waits.getId(), "Nothing of it is left.");

        ProcessInstance mfa = completedMfa();
        assertRefused(mfa.getId(), "policyName: is not a variable of this flow, which accepts change, keep, reason, urgent.", "policyName", "x");
        assertRefused(mfa.getId(), "keep: must be application.", "keep", "policy");
        ProcessInstance undo = waiting(mfa);
        assertRefused(mfa.getId(), "change: is being undone already, by " + undo.getId());
        approve(undo);
        assertRefused(mfa.getId(), "change: has been undone already, by " + undo.getId());
        assertRefused(undo.getId(), "change: is an undo itself.");
    }

    private void assertRefused(String change, String sentence, Object... more) {
        long running = runtime.createProcessInstanceQuery().processDefinitionKey(UNDO).count();
        assertThatThrownBy(() -> start(change, more)).hasMessageContaining(sentence);
        assertThat(runtime.createProcessInstanceQuery().processDefinitionKey(UNDO).count()).isEqualTo(running);
    }

    /** An administrator could change the variable, but not the record of what is undone by whom. */
    @Test
    void deletesNothingOfAChangeThatItHasNotClaimed() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance passwordless = completedPasswordless();
        TreeMap<String, TreeSet<String>> there = sandbox.objects();
        ProcessInstance undo = waiting(passwordless);
        runtime.setVariable(undo.getId(), "change", mfa.getId());
        decide(undo, "approve", null);
        run(undo);
        assertThat(sandbox.objects()).isEqualTo(there);
    }

    @ParameterizedTest
    @CsvSource({"after, drop", "before, drop", "before, status", "after, status"})
    void eachDeletionIsSentAgainUntilItIsKnownToBeDone(String when, String effect) {
        ProcessInstance undo = waiting(completedMfa());
        for (String path : List.of("/applications/*/signOnPolicyAssignments/*", "/signOnPolicies/*", "/applications/*/grants/*",
            "/applications/*")) {
            sandbox.fault("{\"method\": \"DELETE\", \"path\": \"%s\", \"when\": \"%s\", \"effect\": \"%s\"%s}".formatted(path, when, effect,
                effect.equals("status") ? ", \"status\": 503" : ""));
        }
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
        assertThat(deletes(undo)).hasSize(8);
    }

    @Test
    void aRefusedDeletionWaitsForAnOperatorAndNothingElseIsDeletedBeforeItsTurn() {
        ProcessInstance mfa = completedMfa();
        ProcessInstance undo = waiting(mfa);
        sandbox.fault("{\"method\": \"DELETE\", \"path\": \"/signOnPolicies/*\", \"effect\": \"status\", \"status\": 400, \"code\": \"INVALID_DATA\"}");
        approve(undo);
        assertThat(incident(undo).getActivityId()).isEqualTo("Task_DeleteSignOnPolicy");
        assertThat(incident(undo).getIncidentMessage()).contains("INVALID_DATA").contains("Left in PingOne: sign-on policy MFA_UseCase (");
        assertThat(deletes(undo)).isEqualTo(FOUR_CALLS.subList(0, 2));
        management.setJobRetries(job(undo).getId(), 1);
        run(undo);
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
    }

    @Test
    void whatIsGoneAlreadyIsNoObstacle() {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", "/signOnPolicies/" + id(mfa, "policyId"), "");
        ProcessInstance undo = waiting(mfa);
        assertThat(id(undo, "goes")).as("PingOne's not found is not believed yet").doesNotContain("gone already");
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
    }

    @Test
    void whatIsGoneAlreadyIsSaidToBe() {
        ProcessInstance mfa = completedMfa();
        sandbox.pingOne("DELETE", "/applications/" + id(mfa, "applicationId"), "");
        pass(Duration.ofMinutes(3));
        ProcessInstance undo = waiting(mfa);
        assertThat(id(undo, "goes").lines()).containsExactlyInAnyOrder(
            "sign-on policy assignment (%s): gone already".formatted(id(mfa, "assignmentId")),
            "sign-on policy MFA_UseCase (%s)".formatted(id(mfa, "policyId")),
            "grant of resource openid (%s): gone already".formatted(id(mfa, "grantId")),
            "application Banking app (%s): gone already".formatted(id(mfa, "applicationId")));
        assertThat(id(undo, "signOnNow")).isEqualTo("Nobody: the application is gone");
        assertThat(id(undo, "signOnAfter")).isEqualTo("Nobody: the application is gone");
        approve(undo);
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
    }

    /** Versions before recorded neither what they sent, nor in what. */
    @Test
    void aChangeOfAnEarlierVersionIsUndone() {
        for (ProcessInstance earlier : List.of(completedMfa(), completedPasswordless())) {
            jdbc.sql("delete from signonflow_journal_detail").update();
            ProcessInstance undo = waiting(earlier);
            approve(undo);
            assertEnded(undo, "COMPLETED");
        }
        assertNothingLeft();
    }

    @Test
    void theRecordSaysWhatIsUndone() {
        ProcessInstance mfa = completedMfa();
        assertThat(change(mfa).undoneBy()).isNull();
        ProcessInstance undo = waiting(mfa);
        approve(undo);
        assertThat(changes.relatives(List.of(mfa.getId(), undo.getId()))).as("they are kept together").isEqualTo(
            Map.of(mfa.getId(), Set.of(undo.getId()), undo.getId(), Set.of(mfa.getId())));
        assertThat(change(mfa).state()).isEqualTo(ChangeState.COMPLETED);
        JsonNode state = sandbox.state();
        assertThat(state.get("applications").toString()).doesNotContain(id(mfa, "applicationId"));
    }
}
