package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** Undo takes nothing away from others, and says at once what it cannot delete. */
class UndoTest extends FlowTest {

    private static final String DELETE_POLICY = "DELETE /signOnPolicies/*";

    @Autowired
    private JdbcTemplate jdbc;

    private ProcessInstance start(Object... more) {
        return runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            with(Map.of("applicationName", "Banking app", "policyName", "MFA_UseCase"), more));
    }

    private ProcessInstance startAndWait() {
        ProcessInstance instance = start();
        run(instance);
        assertThat(instance).isWaitingAt("Task_ApproveAssignment");
        return instance;
    }

    /** Creates somebody else's application. */
    private String shop() {
        String id = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asString();
        before = sandbox.objects();
        return id;
    }

    private String assign(String application, String policy) {
        return "/applications/" + application + "/signOnPolicyAssignments/" + sandbox.pingOne("POST", "/applications/" + application
            + "/signOnPolicyAssignments", "{\"priority\": 2, \"signOnPolicy\": {\"id\": \"" + policy + "\"}}").get("id").asString();
    }

    private String id(ProcessInstance instance, String variable) {
        return (String) variable(instance, variable);
    }

    private void retry(ProcessInstance instance) {
        management.setJobRetries(job(instance).getId(), 1);
        run(instance);
    }

    private void rollBack(ProcessInstance instance) {
        runtime.createMessageCorrelation("RollBack").processInstanceId(instance.getId()).correlate();
    }

    private List<String> deletes(ProcessInstance instance) {
        return sandbox.calls(instance.getId()).stream().filter(call -> call.startsWith("DELETE ")).toList();
    }

    @ParameterizedTest
    @CsvSource({"decline, Event_UndoDeclined, DECLINED", "expire, Event_UndoDeclined, DECLINED",
        "roll back, Event_UndoRollBack, ROLLED_BACK", "refuse, Event_UndoRejected, REJECTED"})
    void aPolicyThatAnotherApplicationUsesStays(String way, String standsAt, String outcome) {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        String policy = id(instance, "policyId");
        String assignment = assign(shop, policy);
        switch (way) {
            case "decline" -> decide(instance, "decline", "no");
            case "expire" -> management.executeJob(timer("Event_ApprovalExpired").getId());
            case "roll back" -> rollBack(instance);
            default -> {
                sandbox.fault("""
                    {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 400}""");
                decide(instance, "approve", null);
            }
        }
        run(instance);

        assertThat(incident(instance).getActivityId()).isEqualTo(standsAt);
        assertThat(incident(instance).getIncidentMessage()).isEqualTo(
            "Undo: The sign-on policy MFA_UseCase (%s) was not deleted because another application uses it: Shop (%s)."
                .formatted(policy, shop));
        assertThat(job(instance).getRetries()).isZero();
        assertThat(sandbox.state().get("signOnPolicyAssignments").toString()).as("the other's").contains(shop);
        assertThat(made("signOnPolicies")).isEqualTo(1);
        assertThat(deletes(instance)).as("what nobody else uses is gone").containsExactly("DELETE /applications/*/grants/*",
            "DELETE /applications/*");

        retry(instance);
        assertThat(incident(instance).getIncidentMessage()).as("checks again").contains("Shop (" + shop);
        sandbox.pingOne("DELETE", assignment, "");
        retry(instance);
        assertEnded(instance, outcome);
        assertNothingLeft();
        assertThat(deletes(instance)).as("nothing twice").hasSize(3).endsWith(DELETE_POLICY);
    }

    @Test
    void manyAreCountedAndSomeNamed() {
        ProcessInstance instance = startAndWait();
        for (int i = 0; i < 8; i++) {
            assign(shop(), id(instance, "policyId"));
        }
        decide(instance, "decline", "no");
        run(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("because 8 other applications use it: Shop (")
            .endsWith(") and 3 more.");
    }

    @Test
    void aRetrySeesNewUsers() {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        String assignment = assign(shop, id(instance, "policyId"));
        decide(instance, "decline", "no");
        run(instance);
        sandbox.pingOne("DELETE", assignment, "");
        String later = shop();
        assign(later, id(instance, "policyId"));
        retry(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("Shop (" + later).doesNotContain(shop);
    }

    @Test
    void anApplicationThatOthersHaveAddedToStays() {
        String resource = sandbox.pingOne("POST", "/resources", "{\"name\": \"orders\"}").get("id").asString();
        String scope = sandbox.pingOne("POST", "/resources/" + resource + "/scopes", "{\"name\": \"read\"}").get("id").asString();
        before = sandbox.objects();
        ProcessInstance instance = startAndWait();
        String application = id(instance, "applicationId");
        String grant = sandbox.pingOne("POST", "/applications/" + application + "/grants",
            "{\"resource\": {\"id\": \"" + resource + "\"}, \"scopes\": [{\"id\": \"" + scope + "\"}]}").get("id").asString();
        String theirs = before.get("signOnPolicies").first();
        String assignment = assign(application, theirs);
        decide(instance, "decline", "no");
        run(instance);

        assertThat(incident(instance).getIncidentMessage()).isEqualTo("""
            Undo: The application Banking app (%s) was not deleted because others added what would be deleted with it: \
            grant %s of resource %s, assignment %s of sign-on policy %s.""".formatted(application, grant, resource,
            assignment.substring(assignment.lastIndexOf('/') + 1), theirs));
        assertThat(deletes(instance)).as("our own grant too").containsExactly(DELETE_POLICY, "DELETE /applications/*/grants/*");
        assertThat(sandbox.objects().get("grants")).contains(grant);

        sandbox.pingOne("DELETE", "/applications/" + application + "/grants/" + grant, "");
        sandbox.pingOne("DELETE", assignment, "");
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void anAssignmentToTheFlowsOwnApplicationIsNoOtherUse() {
        ProcessInstance instance = startAndWait();
        assign(id(instance, "applicationId"), id(instance, "policyId"));
        decide(instance, "decline", "no");
        run(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"/signOnPolicies, sign-on policy MFA_UseCase", "/applications, application Banking app"})
    void objectsWithALostReplyAlsoStayIfOthersUseThem(String path, String what) {
        String shop = shop();
        sandbox.fault("{\"method\": \"POST\", \"path\": \"%s\", \"effect\": \"drop\", \"when\": \"after\"}".formatted(path));
        ProcessInstance instance = start();
        run(instance);
        String collection = path.substring(1);
        String lost = sandbox.objects().get(collection).stream().filter(id -> !before.get(collection).contains(id)).findFirst()
            .orElseThrow();
        String assignment;
        if (path.equals("/signOnPolicies")) {
            sandbox.pingOne("POST", "/signOnPolicies/" + lost + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
            assignment = assign(shop, lost);
        } else {
            assignment = assign(lost, before.get("signOnPolicies").first());
        }
        rollBack(instance);
        runThroughRetries(instance);

        assertThat(incident(instance).getActivityId()).isEqualTo("Task_SettleBeforeRollBack");
        boolean isPolicy = path.equals("/signOnPolicies");
        assertThat(incident(instance).getIncidentMessage()).startsWith("Settle unfinished call: " + (isPolicy
            ? "The reply to an earlier call was lost, and PingOne does not show which of these it created: %s with id %s."
            : "The %s (%s) was not deleted because ").formatted(what, lost));
        assertThat(sandbox.objects().get(collection)).contains(lost);
        assertThat(made(isPolicy ? "applications" : "signOnPolicies")).as("until a person has checked").isEqualTo(isPolicy ? 1 : 0);

        sandbox.pingOne("DELETE", isPolicy ? "/signOnPolicies/" + lost : assignment, "");
        pass(Duration.ofMinutes(1));
        retry(instance);
        runThroughRetries(instance);
        assertEnded(instance, "ROLLED_BACK");
        assertNothingLeft();
    }

    @Test
    void flowsDeclinedTogetherShareOneReadOfEachApplication() {
        shop();
        ProcessInstance one = startAndWait();
        ProcessInstance other = start("applicationName", "Other app", "policyName", "Other");
        run(other);
        decide(one, "decline", "no");
        decide(other, "decline", "no");
        run(one);
        run(other);
        int applications = before.get("applications").size() + 2;

        List<String> look = new ArrayList<>(List.of("GET /applications"));
        for (int i = 0; i < applications; i++) {
            look.add("GET /applications/*/signOnPolicyAssignments");
        }
        List<String> undo = List.of("GET /signOnPolicies/*/actions", "GET /applications/*/grants",
            "GET /applications/*/signOnPolicyAssignments", DELETE_POLICY,
            "DELETE /applications/*/grants/*", "DELETE /applications/*");
        look.addAll(undo);
        assertThat(sandbox.calls(one.getId()).subList(6, 6 + look.size())).isEqualTo(look);
        assertThat(sandbox.calls(other.getId()).subList(6, 6 + undo.size())).isEqualTo(undo);
        assertEnded(one, "DECLINED");
        assertEnded(other, "DECLINED");

        ProcessInstance later = startAndWait();
        decide(later, "decline", "no");
        run(later);
        assertThat(sandbox.calls(later.getId())).as("what was read before it was declined says nothing").hasSize(6 + look.size() - 1);
        assertNothingLeft();
    }

    @Test
    void anApplicationDeletedDuringTheCheckIsNoFailure() {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        decide(instance, "decline", "no");
        for (int i = 0; i < 10 && !sandbox.calls(instance.getId()).contains("GET /applications"); i++) {
            execute(job(instance));
        }
        sandbox.pingOne("DELETE", "/applications/" + shop, "");
        before = sandbox.objects();
        before.get("applications").remove(id(instance, "applicationId"));
        before.get("grants").remove(id(instance, "grantId"));
        before.get("signOnPolicies").remove(id(instance, "policyId"));
        before.get("actions").remove(id(instance, "actionId"));
        run(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    /** A single "not found" must not take the object from those who use it. */
    @ParameterizedTest
    @CsvSource({"/applications/*/signOnPolicyAssignments, 0", "/applications/*/signOnPolicyAssignments, 1",
        "/applications/*/signOnPolicyAssignments, 2", "/applications/*/grants, 0", "/signOnPolicies/*/actions, 0"})
    void absenceOfUsersNeedsConfirmation(String path, int skip) {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        String use = path.endsWith("grants") ? grantOfOthers(id(instance, "applicationId"))
            : path.endsWith("actions") ? actionOfOthers(id(instance, "policyId")) : assign(shop, id(instance, "policyId"));
        sandbox.fault("""
            {"method": "GET", "path": "%s", "skip": %d, "effect": "status", "status": 404, "code": "NOT_FOUND"}""".formatted(path, skip));
        pass(Duration.ofMinutes(3));
        decide(instance, "decline", "no");
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains(" was not deleted because ");
        sandbox.pingOne("DELETE", use, "");
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    private String grantOfOthers(String application) {
        String resource = sandbox.pingOne("POST", "/resources", "{\"name\": \"orders\"}").get("id").asText();
        String scope = sandbox.pingOne("POST", "/resources/" + resource + "/scopes", "{\"name\": \"read\"}").get("id").asText();
        before.get("resources").add(resource);
        before.get("scopes").add(scope);
        return "/applications/" + application + "/grants/" + sandbox.pingOne("POST", "/applications/" + application + "/grants",
            "{\"resource\": {\"id\": \"" + resource + "\"}, \"scopes\": [{\"id\": \"" + scope + "\"}]}").get("id").asText();
    }

    private String actionOfOthers(String policy) {
        return "/signOnPolicies/" + policy + "/actions/" + sandbox.pingOne("POST", "/signOnPolicies/" + policy + "/actions",
            "{\"type\": \"LOGIN\", \"priority\": 20}").get("id").asText();
    }

    /** Between two attempts others may come to use it. */
    @ParameterizedTest
    @CsvSource({"500, false", "503, false", "429, false", "409, true"})
    void newUsersAreSeenAfterAFailedAttempt(int status, boolean byPerson) {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        sandbox.fault("{\"method\": \"DELETE\", \"path\": \"/signOnPolicies/*\", \"effect\": \"status\", \"status\": %d}"
            .formatted(status));
        decide(instance, "decline", "no");
        run(instance);
        assertThat(deletes(instance)).contains(DELETE_POLICY);
        pass(Duration.ofMillis(100));
        String assignment = assign(shop, id(instance, "policyId"));
        if (byPerson) {
            retry(instance);
        }
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("because another application uses it: Shop (" + shop);
        assertThat(sandbox.state().get("signOnPolicyAssignments").toString()).contains(shop);
        sandbox.pingOne("DELETE", assignment, "");
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    /** So they may between two checks. */
    @ParameterizedTest
    @CsvSource({"429, false", "401, true"})
    void newUsersAreSeenAfterAFailedCheck(int status, boolean byPerson) {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        sandbox.fault("{\"method\": \"GET\", \"path\": \"/signOnPolicies/*/actions\", \"times\": 2, \"effect\": \"status\", \"status\": %d}"
            .formatted(status));
        decide(instance, "decline", "no");
        run(instance);
        assertThat(deletes(instance)).isEmpty();
        pass(Duration.ofSeconds(21));
        assign(shop, id(instance, "policyId"));
        if (byPerson) {
            retry(instance);
        }
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("because another application uses it: Shop (" + shop);
    }

    @Test
    void newUsersAreSeenDuringAnotherIncident() {
        String shop = shop();
        ProcessInstance instance = startAndWait();
        String action = actionOfOthers(id(instance, "policyId"));
        decide(instance, "decline", "no");
        run(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("because others added to it");
        pass(Duration.ofMillis(100));
        sandbox.pingOne("DELETE", action, "");
        assign(shop, id(instance, "policyId"));
        retry(instance);
        runThroughRetries(instance);
        assertThat(incident(instance).getIncidentMessage()).contains("because another application uses it: Shop (" + shop);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/applications/*", "/applications/*/grants/*", "/signOnPolicies/*"})
    void absenceNeedsConfirmation(String path) {
        ProcessInstance instance = startAndWait();
        sandbox.fault("{\"method\": \"DELETE\", \"path\": \"%s\", \"effect\": \"status\", \"status\": 404, \"code\": \"NOT_FOUND\"}"
            .formatted(path));
        pass(Duration.ofMinutes(3));
        decide(instance, "decline", "no");
        runThroughRetries(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void additionsOfOthersToThePolicyStay() {
        ProcessInstance instance = startAndWait();
        String policy = id(instance, "policyId");
        String action = actionOfOthers(policy);
        decide(instance, "decline", "no");
        run(instance);
        assertThat(incident(instance).getIncidentMessage()).isEqualTo(
            "Undo: The sign-on policy MFA_UseCase (%s) was not deleted because others added to it: action %s (LOGIN)."
                .formatted(policy, action.substring(action.lastIndexOf('/') + 1)));
        sandbox.pingOne("DELETE", action, "");
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void aRecentObjectIsNotBelievedToBeGoneEvenIfADeleteMayHaveArrived() {
        ProcessInstance instance = startAndWait();
        sandbox.fault("{\"method\": \"DELETE\", \"path\": \"/applications/*\", \"effect\": \"drop\", \"when\": \"before\"}");
        sandbox.fault("""
            {"method": "DELETE", "path": "/applications/*", "effect": "status", "status": 404, "code": "NOT_FOUND"}""");
        decide(instance, "decline", "no");
        runThroughRetries(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    @Test
    void anInterruptedCheckContinuesWhereItStopped() {
        shop();
        ProcessInstance instance = startAndWait();
        sandbox.fault("""
            {"method": "GET", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 503, "skip": 2}""");
        decide(instance, "decline", "no");
        run(instance);
        assertEnded(instance, "DECLINED");
        assertThat(sandbox.calls(instance.getId()).stream().filter("GET /applications/*/signOnPolicyAssignments"::equals))
            .as("one for each, one again, and the last check of its own").hasSize(before.get("applications").size() + 1 + 1 + 1);
        assertThat(history.createHistoricJobLogQuery().processInstanceId(instance.getId()).failureLog().count()).isZero();
    }

    @Test
    void aRefusalIsAnIncidentAtOnce() {
        ProcessInstance instance = startAndWait();
        String policy = id(instance, "policyId");
        JsonNode usual = sandbox.state().get("signOnPolicies").get(0);
        sandbox.pingOne("PUT", "/signOnPolicies/" + policy, "{\"name\": \"MFA_UseCase\", \"default\": true}");
        decide(instance, "decline", "no");
        run(instance);

        assertThat(incident(instance).getActivityId()).isEqualTo("Event_UndoDeclined");
        assertThat(incident(instance).getIncidentMessage())
            .startsWith("Delete sign-on policy: The sign-on policy MFA_UseCase (%s) was not deleted because PingOne refused: INVALID_DATA"
                .formatted(policy)).contains("(default: Cannot delete a default policy) [status 400, correlation id ");
        assertThat(job(instance).getRetries()).isZero();
        assertThat(deletes(instance)).containsExactly(DELETE_POLICY, "DELETE /applications/*/grants/*", "DELETE /applications/*");

        sandbox.pingOne("PUT", "/signOnPolicies/" + usual.get("id").asString(), "{\"name\": \"%s\", \"default\": true}"
            .formatted(usual.get("name").asString()));
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
        assertThat(deletes(instance)).containsExactly(DELETE_POLICY, "DELETE /applications/*/grants/*", "DELETE /applications/*",
            DELETE_POLICY);
    }

    @Test
    void soIsOneWhileTheRestIsUndone() {
        ProcessInstance instance = startAndWait();
        for (String path : List.of("/signOnPolicies/*", "/applications/*/grants/*")) {
            sandbox.fault("{\"method\": \"DELETE\", \"path\": \"%s\", \"effect\": \"status\", \"status\": 409}".formatted(path));
        }
        decide(instance, "decline", "no");
        run(instance);
        assertThat(incident(instance).getIncidentMessage()).startsWith("Delete sign-on policy: The sign-on policy MFA_UseCase (")
            .contains("The grant of resource openid (%s) was not deleted because PingOne refused: CONFLICT: "
                .formatted(id(instance, "grantId")))
            .doesNotContain("application Banking app");
        // The grant was deleted with its application.
        pass(Duration.ofMinutes(2));
        retry(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
    }

    /** A call still in progress when another node restarts the job would be sent by both. */
    @Test
    void noCallIsStartedThatCouldOutlastTheJobsLock() {
        ProcessInstance instance = startAndWait();
        decide(instance, "decline", "no");
        sandbox.fault("{\"method\": \"DELETE\", \"effect\": \"delay\", \"delayMillis\": 800}");
        for (int i = 0; i < 10 && deletes(instance).isEmpty(); i++) {
            // Checks first who uses the policy. A call may take 2 s.
            Job job = job(instance);
            jdbc.update("update ACT_RU_JOB set LOCK_OWNER_ = 'this node', LOCK_EXP_TIME_ = ? where ID_ = ?",
                Timestamp.from(now().plusMillis(2700)), job.getId());
            execute(job);
        }

        assertThat(deletes(instance)).as("the rest could end too late").hasSize(1);
        assertThat(job(instance).getExceptionMessage()).contains("it was not sent because earlier calls took too long");
        assertThat(job(instance).getRetries()).as("no attempt is used up").isEqualTo(7);
        assertThat(incident(instance)).isNull();

        runThroughRetries(instance);
        assertEnded(instance, "DECLINED");
        assertNothingLeft();
        assertThat(deletes(instance)).as("nothing twice").doesNotHaveDuplicates();
    }
}
