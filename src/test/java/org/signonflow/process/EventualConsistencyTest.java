package org.signonflow.process;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** PingOne's services learn of each other's objects with a delay; and an action has nothing that says whose it is. */
class EventualConsistencyTest extends FlowTest {

    private static final String ACTIONS = "/signOnPolicies/*/actions";

    private ProcessInstance start(Object... more) {
        return runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            with(Map.of("applicationName", "Banking app", "policyName", "MFA_UseCase"), more));
    }

    private void fault(String method, String path, String effect, Object... more) {
        StringBuilder fault = new StringBuilder("{\"method\": \"%s\", \"path\": \"%s\", \"effect\": \"%s\""
            .formatted(method, path, effect));
        for (int i = 0; i < more.length; i += 2) {
            fault.append(", \"%s\": %s".formatted(more[i], more[i + 1] instanceof String ? "\"" + more[i + 1] + "\"" : more[i + 1]));
        }
        sandbox.fault(fault + "}");
    }

    private String action(ProcessInstance instance, String action) {
        return sandbox.pingOne("POST", "/signOnPolicies/" + variable(instance, "policyId") + "/actions", action).get("id").asString();
    }

    private void assertComesBackIn(Duration pause, ProcessInstance instance) {
        assertThat(job(instance).getDuedate().toInstant()).isCloseTo(now().plus(pause), within(Duration.ofSeconds(1)));
        assertThat(incident(instance)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"POST, /applications/*/grants, Grant scopes", "POST, /signOnPolicies/*/actions, Add MFA action",
        "POST, /applications/*/signOnPolicyAssignments, Assign policy", "GET, /applications/*, Check for changes",
        "GET, /signOnPolicies/*, Check for changes", "GET, /signOnPolicies/*/actions, Check for changes"})
    void objectsNotYetVisibleAreWaitedFor(String method, String path, String step) {
        fault(method, path, "status", "status", 404, "times", 8);
        ProcessInstance instance = start();
        run(instance);
        if (task(instance) != null) {
            decide(instance, "approve", null);
            run(instance);
        }
        Job waiting = job(instance);
        assertThat(waiting.getExceptionMessage()).startsWith(step + ": PingOne refused " + method).contains("404");
        assertComesBackIn(Duration.ofSeconds(3), instance);
        runThroughRetries(instance);
        if (task(instance) != null) {
            decide(instance, "approve", null);
            runThroughRetries(instance);
        }
        assertEnded(instance, "COMPLETED");
        for (String one : new String[] {"applications", "grants", "signOnPolicies", "actions", "signOnPolicyAssignments"}) {
            assertThat(made(one)).as(one).isEqualTo(1);
        }
        assertThat(history.createHistoricIncidentQuery().processInstanceId(instance.getId()).count()).isZero();
    }

    @Test
    void aListMayNotShowThemYetEither() {
        ProcessInstance instance = start();
        run(instance);
        action(instance, "{\"type\": \"LOGIN\", \"priority\": 1}");
        sandbox.pingOne("DELETE", "/signOnPolicies/" + variable(instance, "policyId") + "/actions/" + variable(instance, "actionId"), "");
        decide(instance, "approve", null);
        run(instance);
        assertThat(job(instance).getExceptionMessage())
            .isEqualTo("Check for changes: The MFA action was removed from the policy in PingOne.");
        assertComesBackIn(Duration.ofSeconds(3), instance);
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).as("the other action is not ours")
            .contains("because others added to it: action ");
        sandbox.pingOne("DELETE", "/signOnPolicies/" + variable(instance, "policyId"), "");
        management.setJobRetries(job(instance).getId(), 1);
        runThroughRetries(instance);
        assertEnded(instance, "REJECTED");
        assertThat(variable(instance, "rejection")).isEqualTo("The MFA action was removed from the policy in PingOne.");
    }

    @Test
    void anObjectDeletedByOthersIsARefusalAfterThePatience() {
        ProcessInstance instance = start();
        run(instance);
        Instant made = now();
        sandbox.pingOne("DELETE", "/signOnPolicies/" + variable(instance, "policyId"), "");
        decide(instance, "approve", null);
        run(instance);
        assertComesBackIn(Duration.ofSeconds(3), instance);
        runThroughRetries(instance);

        assertEnded(instance, "REJECTED");
        assertThat((String) variable(instance, "rejection")).startsWith("Check for changes was refused: NOT_FOUND");
        assertThat(Duration.between(made, now())).isCloseTo(Duration.ofMinutes(2), Duration.ofSeconds(5));
        assertThat(history.createHistoricIncidentQuery().processInstanceId(instance.getId()).count()).isZero();
        assertNothingLeft();
    }

    @Test
    void invalidDataPointingAtARecentObjectIsWaitedForToo() {
        fault("POST", ACTIONS, "status", "status", 503);
        ProcessInstance instance = start();
        run(instance);
        sandbox.pingOne("DELETE", "/applications/" + variable(instance, "applicationId"), "");
        ClockUtil.setCurrentTime(job(instance).getDuedate());
        run(instance);
        assertThat(job(instance).getExceptionMessage()).contains("INVALID_DATA", "applications.id: The application does not exist");
        assertComesBackIn(Duration.ofSeconds(3), instance);
        runThroughRetries(instance);
        assertEnded(instance, "REJECTED");
        assertNothingLeft();
    }

    @Test
    void anObjectThatTheFlowNeverCreatedIsARefusalAtOnce() {
        ProcessInstance instance = start("deviceAuthenticationPolicyId", "11111111-2222-3333-4444-555555555555");
        run(instance);
        assertEnded(instance, "REJECTED");
        assertThat((String) variable(instance, "rejection")).startsWith("Add MFA action was refused: INVALID_DATA");
        assertNothingLeft();

        fault("POST", "/signOnPolicies", "status", "status", 404);
        ProcessInstance other = start();
        run(other);
        assertEnded(other, "REJECTED");
        assertNothingLeft();
    }

    @Test
    void aDeletionDoesNotBelieveThatARecentObjectIsGone() {
        ProcessInstance instance = start();
        run(instance);
        fault("DELETE", "/applications/*", "status", "status", 404, "times", 3);
        decide(instance, "decline", "no");
        run(instance);
        assertThat(job(instance).getExceptionMessage())
            .isEqualTo("Delete native application: PingOne does not find application Banking app yet, which was only just created.");
        assertComesBackIn(Duration.ofSeconds(3), instance);
        runThroughRetries(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void aPolicyNotYetVisibleDoesNotMeanThatItsActionIsMissing() {
        fault("POST", ACTIONS, "drop", "when", "after");
        fault("GET", ACTIONS, "status", "status", 404, "times", 15);
        ProcessInstance instance = start();
        runThroughRetries(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(made("actions")).isEqualTo(1);
    }

    @Test
    void anotherLoginActionIsNeverTakenForOurs() {
        fault("POST", ACTIONS, "drop", "when", "before");
        ProcessInstance instance = start();
        run(instance);
        String login = action(instance, "{\"type\": \"LOGIN\", \"priority\": 10}");
        runThroughRetries(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(instance, "actionId")).isNotEqualTo(login);
        assertThat(made("actions")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, \"email\": {\"enabled\": true}}",
        "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 11, \"authenticator\": {\"enabled\": true}}",
        "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, \"deviceAuthenticationPolicy\": {\"id\": \"%s\"}}",
        "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, \"authenticator\": {\"enabled\": true}, \"condition\": {\"a\": 1}}"})
    void anotherMfaActionIsNotTakenForOursEither(String beside) {
        fault("POST", ACTIONS, "drop", "when", "after");
        ProcessInstance instance = start();
        run(instance);
        String ours = sandbox.objects().get("actions").stream().filter(id -> !before.get("actions").contains(id)).findFirst().orElseThrow();
        action(instance, beside.replace("%s", sandbox.objects().get("deviceAuthenticationPolicies").first()));
        runThroughRetries(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        assertThat(variable(instance, "actionId")).isEqualTo(ours);
        assertThat(made("actions")).isEqualTo(2);
    }

    @Test
    void anIdenticalOneNeedsAPerson() {
        fault("POST", ACTIONS, "drop", "when", "after");
        ProcessInstance instance = start();
        run(instance);
        String theirs = action(instance,
            "{\"type\": \"MULTI_FACTOR_AUTHENTICATION\", \"priority\": 10, \"authenticator\": {\"enabled\": true}}");
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("does not show which of these it created", theirs);
    }

    /** Others may create the same at the same time: a person has to check. */
    @ParameterizedTest
    @CsvSource({"/applications, application Banking app", "/signOnPolicies, sign-on policy MFA_UseCase"})
    void objectsCreatedByOthersMeanwhileAreNotAdopted(String path, String what) {
        fault("POST", path, "drop", "when", "before");
        ProcessInstance instance = start();
        run(instance);
        String theirs;
        if (path.equals("/applications")) {
            theirs = sandbox.pingOne("POST", path, """
                {"name": "Banking app", "enabled": true, "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["IMPLICIT"],
                 "responseTypes": ["TOKEN", "ID_TOKEN"], "tokenEndpointAuthMethod": "NONE"}""").get("id").asText();
        } else {
            theirs = sandbox.pingOne("POST", path, "{\"name\": \"MFA_UseCase\"}").get("id").asText();
            sandbox.pingOne("POST", path + "/" + theirs + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
        }
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage())
            .contains("does not show which of these it created: %s with id %s".formatted(what, theirs));
        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        runThroughRetries(instance);
        assertThat(sandbox.objects().get(path.substring(1))).as("it stays").contains(theirs);
        sandbox.pingOne("DELETE", path + "/" + theirs, "");
        management.setJobRetries(job(instance).getId(), 1);
        runThroughRetries(instance);
        assertEnded(instance, "ROLLED_BACK");
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void anActionWithALostReplyIsSettledInUndoAndGoesWithThePolicy(String when) {
        fault("POST", ACTIONS, "drop", "when", when);
        ProcessInstance instance = start();
        run(instance);
        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
        runThroughRetries(instance);
        assertEnded(instance, "ROLLED_BACK");
        assertThat(sandbox.calls(instance.getId()).stream().filter("DELETE /signOnPolicies/*"::equals)).hasSize(1);
        assertNothingLeft();
    }
}
