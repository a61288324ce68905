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
import java.util.stream.IntStream;
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
import org.springframework.test.context.TestPropertySource;

/** Roll-outs of a few rows, job by job. */
@TestPropertySource(properties = "signonflow.roll-out.rows-at-once=3")
class RollOutTest extends FlowTest {

    @TestConfiguration
    static class Coverage {
        @Bean
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            return ProcessEngineCoverageProperties.builder().assertClassCoverageAtLeast(1.0)
                .excludeProcessDefinitionKeys("configure-mfa-sign-on", "configure-passwordless-sign-on").build();
        }
    }

    private static final int ROWS = 5;
    private static final List<String> NEW_APPLICATION = List.of("POST /applications", "POST /applications/*/grants");
    private static final List<String> NEW_POLICY = List.of("POST /signOnPolicies", "POST /signOnPolicies/*/actions");
    private static final List<String> ASSIGNMENT = List.of("POST /applications/*/signOnPolicyAssignments");

    @Autowired
    RollOuts rollOuts;

    private ProcessInstance start(String list, Object... settings) {
        return runtime.startProcessInstanceByKey("roll-out-sign-on", "autumn", with(Map.of("name", "autumn",
            "list", Variables.fileValue("list.csv").file(list.getBytes(StandardCharsets.UTF_8)).create()), settings));
    }

    private ProcessInstance startOwn() {
        return start("applicationName,policyName\n" + lines("App %d,Policy_%d\n"));
    }

    private ProcessInstance startShared() {
        return start("applicationName\n" + lines("App %d\n"), "policy", "shared", "policyName", "Shared");
    }

    private static String lines(String pattern) {
        return String.join("", IntStream.rangeClosed(1, ROWS).mapToObj(i -> pattern.replace("%d", String.valueOf(i))).toList());
    }

    /** Runs the due jobs of all instances, and lets time pass to the next, until there is none that could run. */
    private void runAll() {
        runAll(() -> management.createJobQuery().messages().withRetriesLeft().count() == 0);
    }

    /** The same, one job at a time, until something is so. */
    private void runAll(BooleanSupplier until) {
        for (int i = 0; i < 2_000; i++) {
            if (until.getAsBoolean()) {
                return;
            }
            List<Job> due = management.createJobQuery().messages().executable().withRetriesLeft().list();
            if (due.isEmpty()) {
                Date next = management.createJobQuery().messages().withRetriesLeft().list().stream().map(Job::getDuedate)
                    .min(Date::compareTo).orElseThrow();
                ClockUtil.setCurrentTime(new Date(next.getTime() + 1));
            } else {
                execute(due.get(i % due.size()));
            }
        }
        throw new AssertionError("did not come to pass");
    }

    private void decide(ProcessInstance rollOut, String decision, Object... more) {
        tasks.complete(task(rollOut).getId(), with(Map.of("decision", decision, "comment", "as agreed"), more));
    }

    private void rollBack(String instanceId) {
        runtime.createMessageCorrelation("RollBack").processInstanceId(instanceId).correlate();
    }

    private List<Row> rows(ProcessInstance rollOut) {
        return rollOuts.rows(rollOut.getId(), null, null, 0, 100);
    }

    private List<RowState> states(ProcessInstance rollOut) {
        return rows(rollOut).stream().map(Row::state).toList();
    }

    private void assertEnded(ProcessInstance rollOut, Stage stage) {
        assertThat(runtime.createProcessInstanceQuery().count()).as("instances left").isZero();
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow().stage()).isEqualTo(stage);
        assertThat(variable(rollOut, "outcome")).isEqualTo(stage.name());
    }

    private static List<String> joined(List<List<String>> parts) {
        List<String> all = new ArrayList<>();
        parts.forEach(all::addAll);
        return all;
    }

    @Test
    void createsAllAsksOnceAndAssignsAll() {
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
            assertThat(sandbox.calls(row.instanceId())).isEqualTo(joined(List.of(NEW_APPLICATION, NEW_POLICY, ASSIGNMENT)));
            assertThat(row.ids()).containsOnlyKeys("applicationId", "grantId", "policyId", "actionId", "assignmentId");
            assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(row.instanceId()).singleResult().getBusinessKey())
                .isEqualTo("autumn/" + row.line());
        }
        assertThat(sandbox.calls(rollOut.getId())).as("read once for all").containsExactlyInAnyOrder("GET /applications", "GET /signOnPolicies",
            "GET /resources", "GET /resources/*/scopes");
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ROWS);
    }

    @Test
    void oneNewPolicyIsSharedByAll() {
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
            assertThat(sandbox.calls(row.instanceId())).isEqualTo(joined(List.of(NEW_APPLICATION, ASSIGNMENT)));
            assertThat(row.ids()).containsEntry("policyId", policy.ids().get("policyId"));
        });
    }

    @Test
    void hasNotEndedBeforeTheSharedPolicyIsUndone() {
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

    /** An application of somebody else. */
    private String shop() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asText();
        before = sandbox.objects();
        return application;
    }

    private String assign(String application, Row row) {
        return "/applications/" + application + "/signOnPolicyAssignments/" + sandbox.pingOne("POST", "/applications/" + application
            + "/signOnPolicyAssignments", "{\"priority\": 2, \"signOnPolicy\": {\"id\": \"" + row.ids().get("policyId") + "\"}}")
            .get("id").asText();
    }

    private void retry(Row row) {
        management.createJobQuery().processInstanceId(row.instanceId()).list()
            .forEach(stuck -> management.setJobRetries(stuck.getId(), 1));
    }

    @Test
    void whereOthersUseTheSharedPolicyItStaysUntilTheyDoNot() {
        String shop = shop();
        ProcessInstance rollOut = startShared();
        runAll();
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        String assignment = assign(shop, policy);
        decide(rollOut, "decline");
        runAll(() -> rollOuts.sharedPolicies(rollOut.getId()).get(0).trouble() == Trouble.FAILED);
        assertThat(states(rollOut)).containsOnly(RowState.ROLLED_BACK);
        assertThat(rollOuts.sharedPolicies(rollOut.getId()).get(0).problem()).startsWith("Undo: The sign-on policy Shared (")
            .endsWith("stays, since another application uses it: Shop (%s).".formatted(shop));
        sandbox.pingOne("DELETE", assignment, "");
        retry(policy);
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aRowWhosePolicyOthersUseHoldsOnlyTheEndAndOneLookServesAll() {
        String shop = shop();
        ProcessInstance rollOut = startOwn();
        runAll();
        Row used = rows(rollOut).get(1);
        String assignment = assign(shop, used);
        decide(rollOut, "decline");
        runAll(() -> states(rollOut).stream().filter(RowState.ROLLED_BACK::equals).count() == ROWS - 1
            && rows(rollOut).get(1).trouble() == Trouble.FAILED);
        assertThat(rows(rollOut).get(1).problem()).endsWith("stays, since another application uses it: Shop (%s).".formatted(shop));
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
    void whatRowsShareIsNotTakenFromOneWhoseUndoIsStuck() {
        ProcessInstance rollOut = startShared();
        runAll();
        decide(rollOut, "approve");
        sandbox.fault("""
            {"method": "DELETE", "path": "/applications/*/signOnPolicyAssignments/*", "times": 2, "effect": "status", "status": 401}""");
        runAll(() -> states(rollOut).stream().allMatch(RowState.ASSIGNED::equals));
        rollBack(rollOut.getId());
        runAll(() -> states(rollOut).stream().filter(RowState.ROLLED_BACK::equals).count() == ROWS - 1
            && "1 undoing".equals(job(rollOut).getExceptionMessage().replaceAll(".*(1 undoing).*", "$1")));
        Row stuck = rollOuts.rows(rollOut.getId(), null, Trouble.FAILED, 0, 10).get(0);
        assertThat(rollOuts.sharedPolicies(rollOut.getId()).get(0).state()).isEqualTo(RowState.ASSIGNED);
        assertThat(sandbox.state().get("signOnPolicyAssignments").toString()).contains(stuck.ids().get("assignmentId"));
        retry(stuck);
        runAll();
        assertEnded(rollOut, Stage.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aSharedPolicyThatIsNotShownYetPasses() {
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
    void nobodyTakesTheSharedPolicyFromTheApplications() {
        ProcessInstance rollOut = startShared();
        runAll();
        Row policy = rollOuts.sharedPolicies(rollOut.getId()).get(0);
        engine.getIdentityService().setAuthentication("operator", List.of("camunda-admin"));
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
    void anExistingPolicyIsSharedByExistingApplicationsAndStaysWhenAllIsUndone() {
        String application = sandbox.pingOne("POST", "/applications", """
            {"name": "Shop", "enabled": true, "type": "WEB_APP", "protocol": "OPENID_CONNECT", "grantTypes": ["AUTHORIZATION_CODE"],
             "tokenEndpointAuthMethod": "CLIENT_SECRET_BASIC", "redirectUris": ["https://shop.example"]}""").get("id").asText();
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
        assertThat(sandbox.calls(rows(rollOut).get(0).instanceId())).containsExactly("POST /applications/*/signOnPolicyAssignments",
            "DELETE /applications/*/signOnPolicyAssignments/*");
    }

    @Test
    void passwordlessForExistingApplications() {
        ProcessInstance rollOut = start("[{\"applicationId\": \"%s\", \"policyName\": \"Passwordless_1\"}]"
            .formatted(before.get("applications").first()));
        runAll();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        assertThat(sandbox.calls(rows(rollOut).get(0).instanceId())).isEqualTo(joined(List.of(NEW_POLICY, ASSIGNMENT)));
        assertThat(sandbox.request(rows(rollOut).get(0).instanceId(), "POST /signOnPolicies/*/actions").get("priority").asInt()).isEqualTo(1);
    }

    @Test
    void isUndoneWhereItIsDeclined() {
        ProcessInstance rollOut = startShared();
        runAll();
        decide(rollOut, "decline");
        runAll();
        assertEnded(rollOut, Stage.DECLINED);
        assertThat(states(rollOut)).containsOnly(RowState.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void isUndoneWhereNobodyDecides() {
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
    void isUndoneFromWhereverItStands(RowState far) {
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
        sandbox.mend();
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
    void failedRowsAreBegunAgainWhereTheApproversSaySo() {
        sandbox.fault("""
            {"method": "POST", "path": "/applications", "times": 1, "effect": "status", "status": 400, "code": "INVALID_DATA"}""");
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 7, "effect": "status", "status": 503}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(states(rollOut)).contains(RowState.REJECTED);
        sandbox.mend();
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
    void beginsAgainWhatHasOnlyFailed() {
        sandbox.fault("""
            {"method": "POST", "path": "/signOnPolicies", "times": 2, "effect": "status", "status": 401}""");
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThat(states(rollOut)).containsOnlyOnce(RowState.CREATING).contains(RowState.READY);
        decide(rollOut, "retry", "leaveOut", "2");
        runAll(() -> task(rollOut) != null);
        assertThat(states(rollOut)).containsOnly(RowState.READY);
        assertThat(variable(rollOut, "leaveOut")).as("the next form is empty").isNull();
    }

    @Test
    void withoutTheirSharedPolicyNoneIsBegun() {
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
    void aRowThatPingOneRefusesLeavesNothing(String method, String path) {
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
    void aRowCanBeUndoneOnItsOwn() {
        ProcessInstance rollOut = startOwn();
        runAll();
        rollBack(rows(rollOut).get(1).instanceId());
        runAll();
        assertThat(rows(rollOut).get(1).state()).isEqualTo(RowState.ROLLED_BACK);
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
    void isRejectedWhereSomethingIsTaken() {
        ProcessInstance rollOut = start("applicationName,policyName\nApp,Multi_Factor\n");
        runAll();
        assertEnded(rollOut, Stage.REJECTED);
        assertThat((String) variable(rollOut, "rejection")).contains("Line 2", "policyName", "taken");
        assertThat(states(rollOut)).containsOnly(RowState.LEFT_OUT);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void nothingIsStoredOfAListWithAWrongRow() {
        int stored = rollOuts.latest(null, 1000).size();
        assertThatThrownBy(() -> start("applicationName,policyName,redirectUris\nApp,Good,\nOther,Bad/Name,nonsense\n"))
            .hasMessageContaining("Line 3, policyName: must be").hasMessageContaining("Line 3, redirectUris: must be");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(rollOuts.latest(null, 1000)).hasSize(stored);
    }

    @Test
    void whoAskedCannotApprove() {
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
        }
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).isEqualTo(before.get("signOnPolicyAssignments"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"perhaps | 3 | decision: must be one of approve, decline, retry.",
        "approve | three | leaveOut: must be lines of the list, such as 3, 17-20."})
    void aDecisionHasToBeOne(String decision, String leaveOut, String sentence) {
        ProcessInstance rollOut = startOwn();
        runAll();
        assertThatThrownBy(() -> decide(rollOut, decision, "leaveOut", leaveOut)).hasMessageContaining(sentence);
        assertThat(rollOut).isWaitingAt("Task_ApproveRollOut");
    }

    @Test
    void nobodyStartsARow() {
        engine.getIdentityService().setAuthentication("admin", List.of("camunda-admin"));
        try {
            assertThatThrownBy(() -> runtime.startProcessInstanceByKey(CreateAll.ROW, new HashMap<>()))
                .hasMessageContaining("A row is started by its roll-out only.");
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }
}
