package org.signonflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** Roll-outs of a few rows, job by job. */
@Import(RollOutTest.Coverage.class)
class RollOutTest extends RowsTest {

    @TestConfiguration
    static class Coverage {
        /** Registered before the library's own: of two it accepts none, and then nothing is asserted. */
        @Bean
        @Primary
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            return everyNodeAndFlowOf("roll-out-application", "roll-out-sign-on");
        }
    }

    private static final List<String> NEW_APPLICATION = List.of("POST /applications", "POST /applications/*/grants");
    private static final List<String> NEW_POLICY = List.of("POST /signOnPolicies", "POST /signOnPolicies/*/actions");
    private static final String LOOK_AT_GRANTS = "GET /applications/*/grants";
    private static final String LOOK_AT_ACTIONS = "GET /signOnPolicies/*/actions";
    private static final String LOOK_AT_ASSIGNMENTS = "GET /applications/*/signOnPolicyAssignments";
    private static final List<String> ASSIGNMENT = List.of("POST /applications/*/signOnPolicyAssignments");

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void everythingMustBeCovered(@Autowired ProcessEngineCoverageProperties coverage) {
        assertThat(coverage.getClassCoverageAssertionConditions()).isNotEmpty();
    }

    @Test
    void aDeletedRowIsFinishedForItsRollOut() {
        ProcessInstance rollOut = startOwn();
        runAll(() -> runtime.createProcessInstanceQuery().processDefinitionKey("roll-out-application").count() > 0);
        String row = runtime.createProcessInstanceQuery().processDefinitionKey("roll-out-application").list().get(0).getId();
        runtime.deleteProcessInstance(row, "by an administrator", false, true);
        assertThat(rows(rollOut)).filteredOn(one -> row.equals(one.instanceId())).extracting(Row::state).containsExactly(RowState.ROLLED_BACK);
    }

    @Test
    void createsEverythingAsksOnceAndAssignsEverything() {
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
        assertThat(states(rollOut)).containsOnly(RowState.READY).hasSize(ROWS);
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).as("in effect").isEqualTo(before.get("signOnPolicyAssignments"));
        assertThat(variable(rollOut, "rowsReady")).isEqualTo(ROWS);
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow().stage()).isEqualTo(Stage.WAITING_FOR_APPROVAL);

        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
        for (Row row : rows(rollOut)) {
            assertThat(sandbox.calls(row.instanceId())).isEqualTo(joined(List.of(NEW_APPLICATION, NEW_POLICY, List.of(LOOK_AT_GRANTS,
                LOOK_AT_ACTIONS, LOOK_AT_ASSIGNMENTS), ASSIGNMENT)));
            assertThat(row.ids()).containsOnlyKeys("applicationId", "grantId", "policyId", "actionId", "assignmentId");
            assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(row.instanceId()).singleResult().getBusinessKey())
                .isEqualTo("autumn/" + row.line());
        }
        assertThat(sandbox.calls(rollOut.getId())).as("read for all together, at the start and before they are assigned").containsExactly(
            "GET /applications", "GET /signOnPolicies", "GET /resources", "GET /resources/*/scopes",
            "GET /applications", "GET /signOnPolicies");
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ROWS);
    }

    @Test
    void oneNewPolicyIsSharedByAllRows() {
        ProcessInstance rollOut = startShared();
        runAll();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(sandbox.objects().get("signOnPolicies")).hasSize(before.get("signOnPolicies").size() + 1);
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        assertThat(sandbox.calls(policy.instanceId())).isEqualTo(NEW_POLICY);
        assertThat(policy.state()).isEqualTo(RowState.COMPLETED);
        assertThat(rows(rollOut)).allSatisfy(row -> {
            assertThat(sandbox.calls(row.instanceId())).isEqualTo(joined(List.of(NEW_APPLICATION,
                List.of(LOOK_AT_GRANTS, LOOK_AT_ASSIGNMENTS), ASSIGNMENT)));
            assertThat(row.ids()).containsEntry("policyId", policy.ids().get("policyId"));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRowIsUndoneByItselfOnceItsRollOutHasEnded(boolean shared) {
        ProcessInstance rollOut = shared ? startShared() : startOwn();
        runAll();
        decide(rollOut, "approve");
        runAll();
        var there = sandbox.objects();
        Row row = rows(rollOut).get(1);
        ProcessInstance undo = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", row.instanceId()));
        runAll(() -> task(undo) != null);
        assertThat((String) variable(undo, "goes")).doesNotContain(shared ? "sign-on policy Shared" : "App 1");
        decide(undo, "approve");
        runAll();
        assertThat(variable(undo, "outcome")).isEqualTo("COMPLETED");
        assertThat(sandbox.calls(undo.getId()).stream().filter(call -> call.startsWith("DELETE")).toList()).hasSize(shared ? 3 : 4);
        assertThat(sandbox.objects()).allSatisfy((collection, ids) -> {
            var gone = new java.util.TreeSet<>(there.get(collection));
            gone.removeAll(ids);
            assertThat(gone).as(collection).isSubsetOf(row.ids().values())
                .hasSize(shared && (collection.startsWith("signOnPolicies") || collection.startsWith("actions")) ? 0
                    : List.of("applications", "grants", "signOnPolicies", "actions", "signOnPolicyAssignments").contains(collection) ? 1 : 0);
        });
        if (shared) {
            String policy = rollOuts.sharedPolicies(rollOut.getId()).get(0).instanceId();
            assertThatThrownBy(() -> runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", policy)))
                .hasMessageContaining("is the shared policy of a roll-out, which other changes use");
        }
    }

    @Test
    void endsOnlyOnceTheSharedPolicyIsUndone() {
        ProcessInstance rollOut = startShared();
        runAll();
        sandbox.fault("""
            {"method": "DELETE", "path": "/signOnPolicies/*", "times": 2, "effect": "status", "status": 401}""");
        decide(rollOut, "decline");
        runAll(() -> states(rollOut).stream().allMatch(RowState::hasEnded)
            && rollOuts.sharedPolicies(rollOut.getId()).get(0).trouble() == Trouble.FAILED);
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        execute(job(rollOut));
        assertThat(job(rollOut).getExceptionMessage()).as("waits for it").contains("undoing");
        management.createJobQuery().processInstanceId(policy.instanceId()).list()
            .forEach(stuck -> management.setJobRetries(stuck.getId(), 1));
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    /** Creates somebody else's application. */
    private String shop() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asString();
        before = sandbox.objects();
        return application;
    }

    private String assign(String application, Row row) {
        return "/applications/" + application + "/signOnPolicyAssignments/" + sandbox.pingOne("POST", "/applications/" + application
            + "/signOnPolicyAssignments", "{\"priority\": 2, \"signOnPolicy\": {\"id\": \"" + row.ids().get("policyId") + "\"}}")
            .get("id").asString();
    }

    @Test
    void theSharedPolicyStaysForAsLongAsOthersUseIt() {
        String shop = shop();
        ProcessInstance rollOut = startShared();
        runAll();
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        String assignment = assign(shop, policy);
        decide(rollOut, "decline");
        runAll(() -> rollOuts.sharedPolicies(rollOut.getId()).get(0).trouble() == Trouble.FAILED);
        assertThat(states(rollOut)).containsOnly(RowState.ROLLED_BACK);
        assertThat(rollOuts.sharedPolicies(rollOut.getId()).get(0).problem()).startsWith("Undo: The sign-on policy Shared (")
            .endsWith("was not deleted because another application uses it: Shop (%s).".formatted(shop));
        sandbox.pingOne("DELETE", assignment, "");
        retry(policy);
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aRowWithAPolicyInUseDelaysOnlyTheEndAndOneCheckServesAll() {
        String shop = shop();
        ProcessInstance rollOut = startOwn();
        runAll();
        Row used = rows(rollOut).get(1);
        String assignment = assign(shop, used);
        decide(rollOut, "decline");
        runAll(() -> states(rollOut).stream().filter(RowState.ROLLED_BACK::equals).count() == ROWS - 1
            && rows(rollOut).get(1).trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(1).problem())
            .endsWith("was not deleted because another application uses it: Shop (%s).".formatted(shop));
        List<String> reads = rows(rollOut).stream().flatMap(row -> sandbox.calls(row.instanceId()).stream())
            .filter(call -> call.startsWith("GET ")).toList();
        assertThat(reads.stream().filter("GET /applications"::equals)).hasSize(1);
        assertThat(reads.stream().filter("GET /applications/*/signOnPolicyAssignments"::equals))
            .as("one for each application, one of each row for its own, and the one that was found once more")
            .hasSizeLessThanOrEqualTo(before.get("applications").size() + ROWS + ROWS + 1);
        sandbox.pingOne("DELETE", assignment, "");
        retry(used);
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void sharedObjectsStayWhileARowsUndoIsStuck() {
        ProcessInstance rollOut = startShared();
        runAll();
        decide(rollOut, "approve");
        sandbox.fault("""
            {"method": "DELETE", "path": "/applications/*/signOnPolicyAssignments/*", "times": 2, "effect": "status", "status": 401}""");
        runAll(() -> states(rollOut).stream().allMatch(RowState.ASSIGNED::equals));
        rollBack(rollOut.getId());
        runAll(() -> states(rollOut).stream().filter(RowState.ROLLED_BACK::equals).count() == ROWS - 1
            && String.valueOf(job(rollOut).getExceptionMessage()).contains(", 1 undoing of "));
        Row stuck = rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).get(0);
        assertThat(rollOuts.sharedPolicies(rollOut.getId()).get(0).state()).isEqualTo(RowState.ASSIGNED);
        assertThat(sandbox.state().get("signOnPolicyAssignments").toString()).contains(stuck.ids().get("assignmentId"));
        retry(stuck);
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aSharedPolicyNotYetVisibleIsWaitedFor() {
        String shop = shop();
        ProcessInstance rollOut = start("applicationId\n" + shop + "\n", "policy", "shared", "policyName", "Shared");
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "times": 3, "effect": "status", "status": 404}""");
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    @Test
    void theSharedPolicyIsNotRemovedFromTheApplications() {
        ProcessInstance rollOut = startShared();
        runAll();
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        engine.getIdentityService().setAuthentication("admin", List.of("camunda-admin"));
        try {
            assertThatThrownBy(() -> rollBack(policy.instanceId())).hasMessageContaining("roll back the whole roll-out");
            rollBack(rollOut.getId());
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void anExistingPolicyStaysWhenEverythingIsUndone() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asString();
        before = sandbox.objects();
        ProcessInstance rollOut = start("applicationId\n" + application + "\n", "policy", "existing", "policyName", "Multi_Factor");
        runAll();
        decide(rollOut, "approve");
        runAll(() -> states(rollOut).contains(RowState.ASSIGNED));
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).hasSize(before.get("signOnPolicyAssignments").size() + 1);
        rollBack(rollOut.getId());
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
        assertThat(sandbox.calls(rows(rollOut).get(0).instanceId())).containsExactly(LOOK_AT_ASSIGNMENTS,
            // A single row takes fewer calls by itself than by lists.
            "GET /applications/*", "GET /signOnPolicies", LOOK_AT_ACTIONS, LOOK_AT_ASSIGNMENTS,
            "POST /applications/*/signOnPolicyAssignments", "DELETE /applications/*/signOnPolicyAssignments/*");
    }

    /** One row reads what it is compared with, many are compared with lists. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anExistingPolicyMayEnrolTheApplicationsItIsAssignedTo(int rows) {
        List<String> shops = IntStream.range(0, rows).mapToObj(i -> shop()).toList();
        String policy = sandbox.pingOne("POST", "/signOnPolicies", "{\"name\": \"Enrols\"}").get("id").asString();
        sandbox.pingOne("POST", "/signOnPolicies/" + policy + "/actions", """
            {"type": "MULTI_FACTOR_AUTHENTICATION", "priority": 1, "authenticator": {"enabled": true}, "applications": [%s]}"""
            .formatted(shops.stream().map("""
                {"id": "%s", "autoEnrollment": {"enabled": true},
                 "deviceAuthorization": {"enabled": true, "extraVerification": "permissive"}}"""::formatted)
                .collect(Collectors.joining(", "))));
        ProcessInstance rollOut = start("applicationId\n" + String.join("\n", shops), "policy", "existing", "policyName", "Enrols");
        runAll();
        decide(rollOut, "approve");
        runAll(() -> rows(rollOut).stream().allMatch(row -> row.state() == RowState.COMPLETED || row.trouble() != null));
        assertThat(rows(rollOut)).extracting(Row::problem).containsOnlyNulls();
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(shops).allSatisfy(shop -> assertThat(policiesOf(shop)).containsExactly(policy));
    }

    private String shopWithPolicy(String name, int priority) {
        String shop = shop();
        sandbox.pingOne("POST", "/applications/" + shop + "/signOnPolicyAssignments",
            "{\"priority\": %d, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(priority, sandbox.policy(name)));
        before = sandbox.objects();
        return shop;
    }

    @Test
    void anApplicationThatAlreadyHasThePolicyIsRefusedBeforeApproval() {
        ProcessInstance rollOut = start("applicationId\n" + shopWithPolicy("Multi_Factor", 5) + "\n", "policy", "existing", "policyName",
            "Multi_Factor");
        runAll();
        assertThat(rows(rollOut).get(0).problem()).isEqualTo("The sign-on policy is already assigned to the application, with priority 5.");
        assertThatThrownBy(() -> decide(rollOut, "approve"))
            .hasMessageContaining("decision: no line is ready, so there is nothing to approve. Retry what has failed, or decline.");
        decide(rollOut, "decline");
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    /** An assignment by others is neither ours to keep nor to delete, even if a request of ours was lost. */
    @Test
    void anAssignmentByOthersIsNotAdopted() {
        String shop = shop();
        ProcessInstance rollOut = startExisting(shop);
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "drop", "when": "before"}""");
        decide(rollOut, "approve");
        String row = rows(rollOut).get(0).instanceId();
        runAll(() -> sandbox.calls(row).contains("POST /applications/*/signOnPolicyAssignments"));
        sandbox.pingOne("POST", "/applications/" + shop + "/signOnPolicyAssignments",
            "{\"priority\": 5, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Multi_Factor")));
        before = sandbox.objects();
        runAll(() -> rows(rollOut).get(0).trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(0).problem()).contains(
            "The application's other policy assignments were changed in PingOne and are now: Multi_Factor (priority 5).");
        rollBack(rollOut.getId());
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    private void rollBackAsOperator(Row row) {
        engine.getIdentityService().setAuthentication("operator", List.of("sign-on-operators"));
        rollBack(row.instanceId());
        engine.getIdentityService().clearAuthentication();
    }

    private ProcessInstance startExisting(String application) {
        return start("applicationId\n" + application + "\n", "policy", "existing", "policyName", "Multi_Factor");
    }

    private List<String> policiesOf(String application) {
        return StreamSupport.stream(sandbox.pingOne("GET", "/applications/" + application + "/signOnPolicyAssignments", "")
            .at("/_embedded/signOnPolicyAssignments").spliterator(), false).map(one -> one.at("/signOnPolicy/id").asString()).toList();
    }

    /** Neither the application nor the policy is ours, so nothing tells whose assignment it is. */
    @Test
    void anAmbiguousAssignmentIsNotDeleted() {
        String shop = shop();
        ProcessInstance rollOut = startExisting(shop);
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 503}""");
        decide(rollOut, "approve");
        String row = rows(rollOut).get(0).instanceId();
        runAll(() -> sandbox.calls(row).contains("POST /applications/*/signOnPolicyAssignments"));
        String theirs = sandbox.pingOne("POST", "/applications/" + shop + "/signOnPolicyAssignments",
            "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Multi_Factor"))).get("id").asString();
        runAll(() -> states(rollOut).equals(List.of(RowState.ASSIGNED)));
        rollBack(row);
        runAll(() -> rows(rollOut).get(0).trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(0).problem()).contains("with id " + theirs + " may be someone else's. It was not deleted.");
        assertThat(policiesOf(shop)).containsExactly(sandbox.policy("Multi_Factor"));

        sandbox.pingOne("DELETE", "/applications/" + shop + "/signOnPolicyAssignments/" + theirs, "");
        retry(rows(rollOut).get(0));
        runAll();
        assertThat(states(rollOut)).containsExactly(RowState.ROLLED_BACK);
    }

    /** A single wrong response must not make an existing assignment count as missing or gone. */
    @ParameterizedTest
    @ValueSource(strings = {"settling", "deleting", "deleting once more"})
    void anAssignmentIsNotLeftInEffectBecauseOfOneResponse(String when) {
        String shop = shop();
        ProcessInstance rollOut = startExisting(shop);
        runAll();
        if (when.equals("settling")) {
            sandbox.fault("""
                {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "effect": "status", "status": 500, "when": "after"}""");
        }
        decide(rollOut, "approve");
        String row = rows(rollOut).get(0).instanceId();
        runAll(() -> sandbox.calls(row).contains("POST /applications/*/signOnPolicyAssignments"));
        if (!when.equals("settling")) {
            runAll(() -> states(rollOut).equals(List.of(RowState.ASSIGNED)));
        }
        assertThat(policiesOf(shop)).hasSize(1);
        String notFound = """
            {"method": "%s", "path": "%s", "skip": %d, "effect": "status", "status": 404, "code": "NOT_FOUND"}""";
        if (when.equals("deleting once more")) {
            sandbox.fault("""
                {"method": "DELETE", "path": "/applications/*/signOnPolicyAssignments/*", "effect": "drop", "when": "before"}""");
            sandbox.fault(notFound.formatted("DELETE", "/applications/*/signOnPolicyAssignments/*", 0));
        } else if (when.equals("deleting")) {
            ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + Duration.ofMinutes(3).toMillis()));
            sandbox.fault(notFound.formatted("DELETE", "/applications/*/signOnPolicyAssignments/*", 0));
        }
        sandbox.fault(notFound.formatted("GET", "/applications/*/signOnPolicyAssignments", 0));
        rollBack(row);
        runAll(() -> states(rollOut).equals(List.of(RowState.ROLLED_BACK)) || rows(rollOut).get(0).trouble() == Trouble.FAILED);
        sandbox.clearFaults();
        if (when.equals("settling")) {
            assertThat(rows(rollOut).get(0).problem()).contains("may be someone else's");
        } else {
            assertThat(policiesOf(shop)).isEmpty();
            assertThat(sandbox.calls(row)).filteredOn(call -> call.startsWith("DELETE ")).hasSizeGreaterThan(1);
        }
    }

    /** Rows that are undone together share a check: what other roll-outs have assigned since is known without another. */
    @Test
    void aPolicyThatAnotherRollOutHasAssignedMeanwhileStays() {
        String shop = shop();
        ProcessInstance rollOut = startOwn();
        runAll();
        Row used = rows(rollOut).get(1);
        ProcessInstance another = start("applicationId\n" + shop + "\n", "policy", "existing", "policyName",
            used.request().get("policyName"));
        runAll();
        decide(rollOut, "decline");
        runAll(() -> rollOuts.ofInstance(used.instanceId()).orElseThrow().state() == RowState.UNDOING);
        Job undo = management.createJobQuery().processInstanceId(used.instanceId()).messages().singleResult();
        management.setJobDuedate(undo.getId(), new Date(ClockUtil.getCurrentTime().getTime() + Duration.ofMinutes(4).toMillis()));
        runAll(() -> states(rollOut).get(0) == RowState.ROLLED_BACK);
        decide(another, "approve");
        runAll(() -> rollOuts.find(another.getId()).orElseThrow().stage() == Stage.COMPLETED);
        runAll(() -> rollOuts.ofInstance(used.instanceId()).orElseThrow().trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(1).problem()).contains("The sign-on policy Policy_2 (",
            ") was not deleted because another roll-out assigns it: ");
        assertThat(policiesOf(shop)).hasSize(1);
    }

    /** Cockpit deletes instances without telling ours, so that such a roll-out never ends. */
    @Test
    void aRollOutThatWasDeletedHoldsUpNoUndo() {
        String shop = shop();
        ProcessInstance rollOut = startOwn();
        runAll();
        ProcessInstance another = start("applicationId\n" + shop + "\n", "policy", "existing", "policyName",
            rows(rollOut).get(1).request().get("policyName"));
        runAll();
        decide(another, "approve");
        runAll(() -> states(another).equals(List.of(RowState.ASSIGNED)));
        Row assigned = rows(another).get(0);
        for (String instance : List.of(assigned.instanceId(), another.getId())) {
            runtime.deleteProcessInstance(instance, "deleted in Cockpit", true, true);
        }
        sandbox.pingOne("DELETE", "/applications/" + shop + "/signOnPolicyAssignments/" + assigned.ids().get("assignmentId"), "");
        decide(rollOut, "decline");
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects().get("signOnPolicies")).isEqualTo(before.get("signOnPolicies"));
    }

    /** An earlier undo's check is older than the reason to undo these: a decision about all, or a person who asks for one row. */
    @ParameterizedTest
    @ValueSource(strings = {"decline", "whole", "row"})
    void newUsersOfAPolicyAreSeenBeforeItIsUndone(String way) {
        String shop = shop();
        ProcessInstance rollOut = startOwn();
        runAll();
        Row first = rows(rollOut).get(0);
        Row used = rows(rollOut).get(1);
        rollBackAsOperator(first);
        runAll(() -> rollOuts.ofInstance(first.instanceId()).orElseThrow().state() == RowState.ROLLED_BACK);
        assign(shop, used);
        ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + 10));
        switch (way) {
            case "decline" -> decide(rollOut, "decline");
            case "whole" -> rollBack(rollOut.getId());
            default -> rollBackAsOperator(used);
        }
        runAll(() -> rollOuts.ofInstance(used.instanceId()).orElseThrow().trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(1).problem())
            .endsWith("was not deleted because another application uses it: Shop (%s).".formatted(shop));
    }

    /** From a new application something is deleted meanwhile; from an existing one, nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newUsersOfAPolicyAreSeenBeforeARetry(boolean newApplications) {
        String shop = shop();
        ProcessInstance rollOut = newApplications ? startOwn() : start("applicationId,policyName\n" + shop() + ",Policy_1\n");
        runAll();
        Row used = rows(rollOut).get(rows(rollOut).size() - 1);
        String theirs = assign(shop, used);
        decide(rollOut, "decline");
        runAll(() -> rollOuts.ofInstance(used.instanceId()).orElseThrow().trouble() == Trouble.FAILED);
        sandbox.pingOne("DELETE", theirs, "");
        String later = shop();
        assign(later, used);
        ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + 1_000));
        retry(used);
        runAll(() -> management.createJobQuery().processInstanceId(used.instanceId()).withRetriesLeft().count() == 0);
        assertThat(rollOuts.ofInstance(used.instanceId()).orElseThrow().problem())
            .endsWith("was not deleted because another application uses it: Shop (%s).".formatted(later));
    }

    @Test
    void aSharedPolicyWithoutRowsIsUndone() {
        ProcessInstance rollOut = startShared();
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "times": 10, "effect": "status", "status": 401}""");
        decide(rollOut, "approve");
        runAll(() -> rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).size() == ROWS);
        sandbox.clearFaults();
        rows(rollOut).forEach(row -> rollBack(row.instanceId()));
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void passwordlessForExistingApplications() {
        ProcessInstance rollOut = start("[{\"applicationId\": \"%s\", \"policyName\": \"Passwordless_1\"}]"
            .formatted(before.get("applications").first()));
        runAll();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(sandbox.calls(rows(rollOut).get(0).instanceId())).isEqualTo(joined(List.of(List.of(LOOK_AT_ASSIGNMENTS), NEW_POLICY,
            List.of("GET /applications/*", "GET /signOnPolicies", LOOK_AT_ACTIONS, LOOK_AT_ASSIGNMENTS), ASSIGNMENT)));
        assertThat(sandbox.body(rows(rollOut).get(0).instanceId(), "POST /signOnPolicies/*/actions").get("priority").asInt()).isEqualTo(1);
    }

    @Test
    void isUndoneIfDeclined() {
        ProcessInstance rollOut = startShared();
        runAll();
        decide(rollOut, "decline");
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(states(rollOut)).containsOnly(RowState.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void isUndoneIfNobodyDecides() {
        ProcessInstance rollOut = startOwn();
        runAll();
        pass(Duration.ofDays(2));
        execute(timer("Event_ReminderDue"));
        assertThat(task(rollOut).getPriority()).isEqualTo(100);
        pass(Duration.ofDays(6));
        execute(timer("Event_ApprovalExpired"));
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PENDING", "CREATING", "READY", "ASSIGNING", "ASSIGNED"})
    void isUndoneFromAnyState(RowState far) {
        ProcessInstance rollOut = startOwn();
        if (far.compareTo(RowState.READY) > 0) {
            runAll();
            decide(rollOut, "approve");
        }
        runAll(() -> states(rollOut).contains(far));
        rollBack(rollOut.getId());
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(states(rollOut)).allMatch(RowState::hasEnded).doesNotContain(RowState.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void failedRowsDoNotHoldBackTheOthers() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "skip": 0, "times": 1, "effect": "status", "status": 400, "code": "INVALID_DATA"}""");
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "skip": 1, "times": 7, "effect": "status", "status": 503}""");
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/grants", "skip": 4, "times": 7, "effect": "status", "status": 503}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
        assertThat(states(rollOut)).contains(RowState.REJECTED, RowState.READY, RowState.CREATING);
        assertThat(rows(rollOut)).anySatisfy(row -> {
            assertThat(row.trouble()).isEqualTo(Trouble.FAILED);
            assertThat(row.problem()).contains("503");
        });
        int ready = (int) states(rollOut).stream().filter(RowState.READY::equals).count();
        assertThat(variable(rollOut, "rowsFailed")).isEqualTo(ROWS - ready);
        assertThat((String) variable(rollOut, "failures")).contains("Line ", "INVALID_DATA");
        sandbox.clearFaults();
        int leftOut = rows(rollOut).stream().filter(row -> row.state() == RowState.READY).mapToInt(Row::line).max().orElseThrow();

        decide(rollOut, "approve", "leaveOut", leftOut + "-" + leftOut);
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut).stream().filter(RowState.COMPLETED::equals)).hasSize(ready - 1);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED, RowState.REJECTED, RowState.ROLLED_BACK);
        assertThat(rows(rollOut)).as("why it was undone").anySatisfy(row -> {
            assertThat(row.state()).isEqualTo(RowState.ROLLED_BACK);
            assertThat(row.problem()).contains("503");
        });
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ready - 1);
        assertThat(sandbox.objects().get("signOnPolicies")).hasSize(before.get("signOnPolicies").size() + ready - 1);
    }

    @Test
    void failedRowsAreRetriedIfTheApproversDecideSo() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications", "times": 1, "effect": "status", "status": 400, "code": "INVALID_DATA"}""");
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 7, "effect": "status", "status": 503}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(states(rollOut)).contains(RowState.REJECTED);
        sandbox.clearFaults();
        decide(rollOut, "retry");
        runAll();
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
        assertThat(states(rollOut)).containsOnly(RowState.READY);
        assertThat(variable(rollOut, "decision")).isNull();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    @Test
    void retriesRowsThatAreStuck() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 2, "effect": "status", "status": 401}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(states(rollOut)).containsOnlyOnce(RowState.CREATING).contains(RowState.READY);
        assertThatThrownBy(() -> decide(rollOut, "retry", "leaveOut", "2"))
            .hasMessageContaining("leaveOut: is not allowed with retry, after which you are asked again.");
        decide(rollOut, "retry");
        runAll(() -> task(rollOut) != null);
        assertThat(states(rollOut)).containsOnly(RowState.READY);
    }

    /** Issue 10, number 7. */
    @Test
    void aRowThatBecomesReadyDuringTheApprovalIsApprovedAgain() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 4, "effect": "status", "status": 401}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(variable(rollOut, "rowsReady")).isEqualTo(ROWS - 2);
        rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).forEach(this::retry);
        runAll();
        assertThat(states(rollOut)).containsOnly(RowState.READY);
        assertThat(variable(rollOut, "rowsReady")).as("the form is what it was").isEqualTo(ROWS - 2);

        decide(rollOut, "approve", "leaveOut", "2");
        runAll(() -> task(rollOut) != null || states(rollOut).stream().allMatch(RowState::hasEnded));
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).as("in effect").isEqualTo(before.get("signOnPolicyAssignments"));
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
        assertThat(variable(rollOut, "rowsReady")).isEqualTo(ROWS);
        assertThat((String) variable(rollOut, "changes")).matches("Line \\d is ready now but was not before\\.\n"
            + "Line \\d is ready now but was not before\\.");
        assertThat(variable(rollOut, "decision")).as("the next form is empty").isNull();
        assertThat(variable(rollOut, "leaveOut")).isNull();

        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    @Test
    void aRowThatBecomesReadyAfterTheDecisionIsUndone() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 2, "effect": "status", "status": 401}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        decide(rollOut, "approve");
        Row failed = rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).get(0);
        retry(failed);
        for (Job job = job(failed); job != null; job = job(failed)) {
            execute(job);
        }
        assertThat(states(rollOut)).as("before the first is assigned").containsOnly(RowState.READY);
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnlyOnce(RowState.ROLLED_BACK).contains(RowState.COMPLETED);
        assertThat(rollOuts.ofInstance(failed.instanceId()).orElseThrow().state()).isEqualTo(RowState.ROLLED_BACK);
    }

    private Job job(Row row) {
        return management.createJobQuery().processInstanceId(row.instanceId()).singleResult();
    }

    @Test
    void aRowWithChangedDataIsNotAssigned() {
        ProcessInstance rollOut = startOwn();
        runAll();
        Row changed = rows(rollOut).get(2);
        decide(rollOut, "approve");
        runtime.setVariable(changed.instanceId(), "applicationId", before.get("applications").first());
        runAll(() -> !rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).isEmpty()
            && states(rollOut).stream().filter(RowState.ASSIGNED::equals).count() == ROWS - 1);
        assertThat(rollOuts.ofInstance(changed.instanceId()).orElseThrow().problem()).isEqualTo("Assign policy: Nothing was assigned, "
            + "because this was changed after approval. The row's own data was changed. Retry once it matches the approval again, or roll "
            + "the row back.");
    }

    /** As in a database of the previous version, where the approval waits. */
    private void forgetWhatWasShown(ProcessInstance rollOut) {
        jdbc.update("update signonflow_roll_out set shown_at = null where id = ?", rollOut.getId());
        jdbc.update("update signonflow_roll_out_row set shown = null, digest = null, found = null where roll_out_id = ?", rollOut.getId());
        jdbc.update("update signonflow_roll_out_environment set policies = null, found = null where roll_out_id = ?", rollOut.getId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "shared", "existing application"})
    void approvalsOfThePreviousVersionAreNotAskedAgain(String which) {
        ProcessInstance rollOut = switch (which) {
            case "own" -> startOwn();
            case "shared" -> startShared();
            default -> start("[{\"applicationId\": \"%s\", \"policyName\": \"Passwordless_1\"}]"
                .formatted(before.get("applications").first()));
        };
        runAll();
        forgetWhatWasShown(rollOut);
        pass(Duration.ofHours(1));
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    @Test
    void approvalsOfThePreviousVersionAreAskedAgainIfRowsHaveChanged() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 2, "effect": "status", "status": 401}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        pass(Duration.ofHours(1));
        rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).forEach(this::retry);
        runAll();
        forgetWhatWasShown(rollOut);
        decide(rollOut, "approve");
        runAll(() -> task(rollOut) != null);
        assertThat((String) variable(rollOut, "changes")).matches("Line \\d is ready now but was not before\\.");
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).isEqualTo(before.get("signOnPolicyAssignments"));
    }

    @Test
    void decisionsMadeInThePreviousVersionContinue() {
        ProcessInstance rollOut = startOwn();
        runAll();
        decide(rollOut, "approve");
        forgetWhatWasShown(rollOut);
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    /** Issue 10, number 6. */
    @Test
    void approversSeeEverythingThatTakesEffect() {
        ProcessInstance rollOut = start("""
            applicationName,policyName,redirectUris,scopes
            App 1,Policy_1,https://evil.example/steal,"profile,email,offline_access"
            App 2,Policy_2,http://evil.example/steal,
            App 3,Policy_3,,
            """, "deviceAuthenticationPolicyId", before.get("deviceAuthenticationPolicies").first(), "noDevicesMode", "BYPASS");
        runAll();
        assertThat(variable(rollOut, "rollOutId")).isEqualTo(rollOut.getId());
        assertThat(((String) variable(rollOut, "settings")).split("\n")).contains("Policy\ta new one for each application",
            "PingOne environment\tsandbox",
            "Redirect URIs\thttp://evil.example/steal (1 row), https://evil.example/steal (1 row); none: 1 row",
            "Scopes\tprofile (2 rows), profile, email, offline_access (1 row)", "Users without a device\tLet them pass",
            "Priority of the assignment\t1");
        assertThat(((String) variable(rollOut, "secondLook")).split("\n")).satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("3 rows of those ready for approval."),
            line -> assertThat(line).startsWith("Lines 2, 3, 4: ").contains("noDevicesMode is BYPASS"),
            line -> assertThat(line).startsWith("Line 2: ").contains("offline_access"),
            line -> assertThat(line).startsWith("Line 3: ").contains("http://evil.example/steal"));
        decide(rollOut, "decline");
        runAll();
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow()).satisfies(declined -> {
            assertThat(declined.decision()).isEqualTo("decline");
            assertThat(declined.comment()).isEqualTo("as agreed");
            assertThat(declined.decidedAt()).isBetween(declined.requestedAt(), declined.endedAt());
        });
    }

    /** Issue 10, numbers 6 and 8. */
    @Test
    void currentSignOnIsShownAndATakenPriorityIsMarked() {
        String application = before.get("applications").first();
        sandbox.pingOne("POST", "/applications/" + application + "/signOnPolicyAssignments",
            "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Single_Factor")));
        ProcessInstance rollOut = start("applicationId\n" + application + "\n", "policy", "existing", "policyName", "Multi_Factor");
        runAll();
        assertThat((String) variable(rollOut, "settings")).contains("Policy\tan existing one", "Its actions\t",
            "Sign-on now\tSingle_Factor (priority 1)", "Sign-on afterwards\tMulti_Factor or Single_Factor (both priority 1)");
        assertThat((String) variable(rollOut, "secondLook")).contains("Line 2: Priority 1 is taken by Single_Factor");
        assertThat(rows(rollOut).get(0).found().get("signOnNow")).isEqualTo("Single_Factor (priority 1)");
    }

    @Test
    void aMissingApplicationIsRefusedBeforeAnythingIsCreated() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["IMPLICIT"],
             "tokenEndpointAuthMethod": "NONE"}""").get("id").asString();
        ProcessInstance rollOut = start("[{\"applicationId\": \"%s\", \"policyName\": \"Passwordless_1\"}]".formatted(application));
        runAll(() -> states(rollOut).contains(RowState.CREATING));
        sandbox.pingOne("DELETE", "/applications/" + application, "");
        runAll();
        assertThat(states(rollOut)).containsOnly(RowState.REJECTED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    /** Issue 10, number 9: each part is compared, with lists and without. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application | The application was changed in PingOne and now has: name 'Renamed'",
        "grant | The application's scopes were changed in PingOne and are now: none.",
        "policy | The sign-on policy was changed in PingOne and now has: name 'Policy_3', description 'Edited'",
        "action | The policy's actions were changed in PingOne and are now: ",
        "assignment | The application's other policy assignments were changed in PingOne and are now: Single_Factor (priority 1)."})
    void aRowChangedInPingOneIsNotAssigned(String what, String sentence) {
        ProcessInstance rollOut = startOwn();
        runAll();
        Row changed = rows(rollOut).get(2);
        String made = change(what, changed);
        decide(rollOut, "approve");
        runAll(() -> rollOuts.ofInstance(changed.instanceId()).orElseThrow().trouble() == Trouble.FAILED
            && states(rollOut).stream().filter(RowState.ASSIGNED::equals).count() == ROWS - 1);
        assertThat(rollOuts.ofInstance(changed.instanceId()).orElseThrow().problem())
            .startsWith("Assign policy: Nothing was assigned, because this was changed after approval. " + sentence);
        assertThat(made("signOnPolicyAssignments")).isEqualTo(what.equals("assignment") ? ROWS : ROWS - 1);
        rollBack(changed.instanceId());
        if (made != null) {
            runAll(() -> rollOuts.ofInstance(changed.instanceId()).orElseThrow().trouble() == Trouble.FAILED);
            assertThat(rollOuts.ofInstance(changed.instanceId()).orElseThrow().problem())
                .contains(what.equals("action") ? "was not deleted because others added to it: action "
                    : "was not deleted because others added what would be deleted with it: assignment ");
            sandbox.pingOne("DELETE", made, "");
            retry(changed);
        }
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnlyOnce(RowState.ROLLED_BACK).contains(RowState.COMPLETED);
    }

    /** Returns the path of what it has created; null if nothing. */
    private String change(String what, Row row) {
        String application = "/applications/" + row.ids().get("applicationId");
        String policy = "/signOnPolicies/" + row.ids().get("policyId");
        switch (what) {
            case "application" -> sandbox.pingOne("PUT", application, """
                {"name": "Renamed", "enabled": true, "type": "NATIVE_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["IMPLICIT"],
                 "tokenEndpointAuthMethod": "NONE", "refreshTokenDuration": 2592000, "refreshTokenRollingDuration": 15552000}""");
            case "grant" -> sandbox.pingOne("DELETE", application + "/grants/" + row.ids().get("grantId"), "");
            case "policy" -> sandbox.pingOne("PUT", policy, "{\"name\": \"Policy_3\", \"description\": \"Edited\"}");
            case "action" -> {
                return policy + "/actions/" + sandbox.pingOne("POST", policy + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}")
                    .get("id").asText();
            }
            default -> {
                String assignments = application + "/signOnPolicyAssignments";
                return assignments + "/" + sandbox.pingOne("POST", assignments,
                    "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(sandbox.policy("Single_Factor"))).get("id").asString();
            }
        }
        return null;
    }

    @Test
    void sharedObjectsAreComparedToo() {
        ProcessInstance rollOut = startShared();
        runAll();
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        sandbox.pingOne("POST", "/signOnPolicies/" + policy.ids().get("policyId") + "/actions", "{\"type\": \"LOGIN\", \"priority\": 1}");
        decide(rollOut, "approve");
        runAll(() -> rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).size() == ROWS);
        assertThat(made("signOnPolicyAssignments")).isZero();
    }

    /** Issue 10, number 9. */
    @Test
    void noRowIsAssignedUncheckedAfterAnIncident() {
        ProcessInstance rollOut = startOwn();
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "times": 2, "effect": "status", "status": 401}""");
        decide(rollOut, "approve");
        runAll(() -> !rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).isEmpty());
        Row failed = rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).get(0);
        change("policy", failed);
        retry(failed);
        runAll(() -> rollOuts.ofInstance(failed.instanceId()).orElseThrow().problem().contains("The sign-on policy was changed"));
        assertThat(sandbox.calls(failed.instanceId())).as("sent once, with its repetition").filteredOn(ASSIGNMENT.get(0)::equals).hasSize(2);
    }

    private void retry(Row row) {
        management.createJobQuery().processInstanceId(row.instanceId()).noRetriesLeft().list()
            .forEach(stuck -> management.setJobRetries(stuck.getId(), 1));
    }

    @Test
    void noRowIsStartedWithoutTheSharedPolicy() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "effect": "status", "status": 400, "code": "INVALID_DATA"}""");
        ProcessInstance rollOut = startShared();
        runAll();
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
        assertThat(states(rollOut)).containsOnly(RowState.LEFT_OUT);
        decide(rollOut, "retry");
        runAll();
        assertThat(states(rollOut)).containsOnly(RowState.READY);
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
    }

    @ParameterizedTest
    @CsvSource({"POST, /applications", "POST, /applications/*/grants", "POST, /signOnPolicies/*/actions",
        "POST, /applications/*/signOnPolicyAssignments"})
    void aRowRefusedByPingOneLeavesNothing(String method, String path) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 400, "code": "INVALID_DATA"}""".formatted(method, path));
        ProcessInstance rollOut = startOwn();
        runAll();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnlyOnce(RowState.REJECTED);
        assertThat(rows(rollOut)).anySatisfy(row -> assertThat(row.problem()).contains("INVALID_DATA"));
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ROWS - 1);
        assertThat(sandbox.objects().get("signOnPolicies")).hasSize(before.get("signOnPolicies").size() + ROWS - 1);
    }

    @Test
    void aSingleRowCanBeUndone() {
        ProcessInstance rollOut = startOwn();
        runAll();
        rollBack(rows(rollOut).get(1).instanceId());
        runAll();
        assertThat(rows(rollOut).get(1).state()).isEqualTo(RowState.ROLLED_BACK);
        decide(rollOut, "approve");
        runAll(() -> task(rollOut) != null);
        assertThat(variable(rollOut, "changes")).as("is asked again").isEqualTo("Line 3 was ready and no longer is.");
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut).stream().filter(RowState.COMPLETED::equals)).hasSize(ROWS - 1);
    }

    @Test
    void waitsForARowThatCannotBeAssigned() {
        ProcessInstance rollOut = startOwn();
        runAll();
        sandbox.fault("""
            {"method": "POST", "path": "/applications/*/signOnPolicyAssignments", "times": 2, "effect": "status", "status": 401}""");
        decide(rollOut, "approve");
        runAll(() -> rows(rollOut).stream().anyMatch(row -> row.trouble() == Trouble.FAILED)
            && "1 assigning, 0 undoing of 5 rows.".equals(job(rollOut).getExceptionMessage()));
        assertThat(states(rollOut).stream().filter(RowState.ASSIGNED::equals)).hasSize(ROWS - 1);
        Row failed = rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).get(0);
        assertThat(job(rollOut).getRetries()).as("nothing is wrong with it").isPositive();
        Job stuck = management.createJobQuery().processInstanceId(failed.instanceId()).noRetriesLeft().singleResult();
        management.setJobRetries(stuck.getId(), 1);
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(states(rollOut)).containsOnly(RowState.COMPLETED);
    }

    @Test
    void isRejectedIfSomethingIsTaken() {
        ProcessInstance rollOut = start("applicationName,policyName\nApp,Multi_Factor\n");
        runAll();
        assertEnded(rollOut, Stage.REJECTED);
        assertThat((String) variable(rollOut, "rejection")).contains("Line 2", "policyName", "is already in use");
        assertThat(states(rollOut)).containsOnly(RowState.LEFT_OUT);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void nothingIsStoredOfAListWithAnInvalidRow() {
        int stored = rollOuts.latest(null, 1000).size();
        assertThatThrownBy(() -> start("applicationName,policyName,redirectUris\nApp,Good,\nOther,Bad/Name,nonsense\n"))
            .hasMessageContaining("Line 3, policyName: must be").hasMessageContaining("Line 3, redirectUris: must be");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(rollOuts.latest(null, 1000)).hasSize(stored);
    }

    @Test
    void theRequesterCannotApprove() {
        engine.getIdentityService().createMembership("requester", "sign-on-approvers");
        engine.getIdentityService().setAuthentication("requester", List.of("sign-on-requesters", "sign-on-approvers"));
        try {
            ProcessInstance rollOut = startOwn();
            engine.getIdentityService().clearAuthentication();
            runAll();
            String task = task(rollOut).getId();
            engine.getIdentityService().setAuthentication("requester", List.of("sign-on-requesters", "sign-on-approvers"));
            for (String decision : List.of("approve", "decline", "retry")) {
                assertThatThrownBy(() -> tasks.complete(task, Map.of("decision", decision, "comment", "mine")))
                    .hasMessageContaining("another person must approve it");
            }
        } finally {
            engine.getIdentityService().clearAuthentication();
            engine.getIdentityService().deleteMembership("requester", "sign-on-approvers");
        }
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).isEqualTo(before.get("signOnPolicyAssignments"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"perhaps | 3 | decision: must be one of approve, decline, retry.",
        "approve | three | leaveOut: must be line numbers or ascending ranges, such as 3, 17-20.",
        "approve | 1 | leaveOut: must name lines of the list, which are 2 to ",
        "approve | 3-17 | leaveOut: must name lines of the list, which are 2 to ",
        "approve | 3-2 | leaveOut: must be line numbers or ascending ranges, such as 3, 17-20.",
        "decline | 2 | leaveOut: is not allowed with decline, after which nothing takes effect.",
        "retry | 2 | leaveOut: is not allowed with retry, after which you are asked again.",
        "retry | | decision: nothing has failed, so there is nothing to retry. Approve or decline.",
        "approve | 2-6 | leaveOut: leaves nothing to approve. Decline instead."})
    void anInvalidDecisionIsRefused(String decision, String leaveOut, String sentence) {
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThatThrownBy(() -> decide(rollOut, decision, "leaveOut", leaveOut)).hasMessageContaining(sentence);
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
    }

    @Test
    void rowsCannotBeStartedDirectly() {
        engine.getIdentityService().setAuthentication("admin", List.of("camunda-admin"));
        try {
            assertThatThrownBy(() -> runtime.startProcessInstanceByKey("roll-out-application", new HashMap<>()))
                .hasMessageContaining("A row can only be started by its roll-out.");
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }
}
