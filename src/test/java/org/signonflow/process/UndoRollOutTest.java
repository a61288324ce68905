package org.signonflow.process;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** The undo of completed roll-outs: of all rows or of some, approved once. */
@Import(UndoRollOutTest.Coverage.class)
class UndoRollOutTest extends RowsTest {

    @TestConfiguration
    static class Coverage {
        @Bean
        @Primary
        ProcessEngineCoverageProperties everyNodeAndFlow() {
            return everyNodeAndFlowOf("undo-roll-out");
        }
    }

    private static final String UNDO = "undo-roll-out";

    @Autowired
    private Changes changes;
    @Autowired
    private Review review;

    private ProcessInstance completed(ProcessInstance rollOut) {
        runAll();
        decide(rollOut, "approve");
        runAll();
        assertEnded(rollOut, Stage.COMPLETED);
        return rollOut;
    }

    private ProcessInstance undo(ProcessInstance rollOut, Object... more) {
        return runtime.startProcessInstanceByKey(UNDO, with(Map.of("rollOut", rollOut.getId()), more));
    }

    private ProcessInstance waiting(ProcessInstance rollOut, Object... more) {
        ProcessInstance undo = undo(rollOut, more);
        runAll();
        assertThat(undo).isWaitingAt("Task_ApproveRollOut");
        return undo;
    }

    private Row row(ProcessInstance rollOut, int line) {
        return rollOuts.rows(rollOut.getId(), null, null, line - 1, 1).get(0);
    }

    private Change change(Row row) {
        return changes.find(row.instanceId()).orElseThrow();
    }

    private List<String> deletes(Row row) {
        return sandbox.calls(row.instanceId()).stream().filter(call -> call.startsWith("DELETE ")).toList();
    }

    /** Assigns a policy as others would. */
    private void assign(String application, String policy) {
        sandbox.pingOne("POST", "/applications/" + application + "/signOnPolicyAssignments",
            "{\"priority\": 7, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(policy));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesPingOneAsItWas(boolean shared) {
        ProcessInstance rollOut = completed(shared ? startShared() : startOwn());
        var there = sandbox.objects();
        ProcessInstance undo = waiting(rollOut, "reason", "Ticket 4711");
        assertThat(sandbox.objects()).as("nothing happens before the approval").isEqualTo(there);
        assertThat(states(undo)).containsOnly(RowState.READY).hasSize(ROWS);
        assertThat(rows(undo)).allSatisfy(row -> {
            assertThat(row.found().get(Found.GOES)).contains("application App", shared ? "grant" : "sign-on policy Policy_");
            assertThat(row.found()).containsEntry(Found.SIGN_ON_AFTER, "Nobody: the application is deleted")
                .doesNotContainKey(Found.SECOND_LOOK);
            assertThat(change(row).state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
        });
        assertThat(rollOuts.find(undo.getId()).orElseThrow()).satisfies(stored -> {
            assertThat(stored.name()).isEqualTo("Undo of autumn");
            assertThat(stored.undoes()).isEqualTo(rollOut.getId());
            assertThat(stored.reason()).isEqualTo("Ticket 4711");
        });
        assertThat(rollOuts.undoing(rollOut.getId())).extracting(RollOut::id).containsExactly(undo.getId());

        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(states(undo)).containsOnly(RowState.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
        assertThat(rows(rollOut)).allSatisfy(row -> assertThat(change(row).undoneAt()).isNotNull());
        if (shared) {
            Row policy = rollOuts.sharedPolicies(undo.getId()).get(0);
            assertThat(deletes(policy)).containsExactly("DELETE /signOnPolicies/*");
            assertThat(rows(undo)).allSatisfy(row -> assertThat(change(row).changedAt()).isBefore(change(policy).changedAt()));
        }
        assertThatThrownBy(() -> undo(rollOut)).hasMessageContaining("rollOut: nothing of it is in effect, so there is nothing to undo.");
        assertThatThrownBy(() -> undo(undo)).hasMessageContaining("rollOut: is an undo itself.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheChosenLinesOnlyThenTheRest(boolean shared) {
        ProcessInstance rollOut = completed(shared ? startShared() : startOwn());
        ProcessInstance some = waiting(rollOut, "lines", "3, 5-6");
        assertThat(rows(some)).extracting(Row::line).containsExactly(3, 5, 6);
        assertThat(rollOuts.sharedPolicies(some.getId())).as("others use it").isEmpty();
        decide(some, "approve");
        runAll();
        assertEnded(some, Stage.COMPLETED);
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ROWS - 3);
        assertThatThrownBy(() -> undo(rollOut, "lines", "3, 5")).hasMessageContaining("lines: none of these rows is in effect");
        assertThatThrownBy(() -> undo(rollOut, "lines", "1")).hasMessageContaining("lines: must name lines of the list, which are 2 to 6.");
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow().undone()).isEqualTo(RollOut.Undone.SOME);
        assertThat(review.rows(rollOut.getId(), null, null, false, true, 0, 10)).hasSize(3).allSatisfy(row -> {
            assertThat(row.undoneBy()).isEqualTo(row(some, row.row().line()).instanceId());
            assertThat(row.undoneWith()).isEqualTo(some.getId());
            assertThat(row.undoneAt()).isNotNull();
        });
        assertThat(review.rows(rollOut.getId(), null, null, false, false, 0, 10)).extracting(row -> row.row().line()).containsExactly(2, 4);

        ProcessInstance rest = waiting(rollOut, "lines", "2-6");
        assertThat(rows(rest)).extracting(Row::line).containsExactly(2, 4);
        assertThat(variable(some, "notUndone")).isNull();
        assertThat(variable(rest, "notUndone")).isEqualTo("Left out, undone already: lines 3, 5-6.");
        assertThat(rollOuts.find(rest.getId()).orElseThrow().name()).as("the second").isEqualTo("Undo 2 of autumn");
        assertThat(rollOuts.sharedPolicies(rest.getId())).hasSize(shared ? 1 : 0);
        decide(rest, "approve");
        runAll();
        assertEnded(rest, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void whatIsLeftOutStaysAndWithItThePolicyThatItShares() {
        ProcessInstance rollOut = completed(startShared());
        ProcessInstance undo = waiting(rollOut);
        decide(undo, "approve", "leaveOut", "4");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(states(undo)).containsExactly(RowState.COMPLETED, RowState.COMPLETED, RowState.ROLLED_BACK, RowState.COMPLETED,
            RowState.COMPLETED);
        Row policy = rollOuts.sharedPolicies(undo.getId()).get(0);
        assertThat(policy.state()).isEqualTo(RowState.REJECTED);
        assertThat(policy.problem()).contains("Nothing was undone. It stays: sign-on policy Shared", "others have assigned it: App 3");
        assertThat(change(row(rollOut, 4)).undoneAt()).isNull();
        assertThat(sandbox.objects().get("signOnPolicies")).hasSize(before.get("signOnPolicies").size() + 1);
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + 1);

        ProcessInstance again = waiting(rollOut);
        decide(again, "approve");
        runAll();
        assertEnded(again, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void keepsTheApplications() {
        ProcessInstance rollOut = completed(startOwn());
        ProcessInstance undo = waiting(rollOut, "keep", "application");
        assertThat(row(undo, 2).found().get(Found.SECOND_LOOK)).contains("Stays: application App 1", "it is to be kept");
        assertThat((String) variable(undo, "secondLook")).contains("5 rows of those ready for approval.");
        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(sandbox.objects().get("applications")).hasSize(before.get("applications").size() + ROWS);
        assertThat(sandbox.objects().get("signOnPolicies")).isEqualTo(before.get("signOnPolicies"));
    }

    @ParameterizedTest
    @CsvSource({"decline, DECLINED", "roll back, ROLLED_BACK", "expire, DECLINED"})
    void undoesNothingUnlessApproved(String how, Stage stage) {
        ProcessInstance rollOut = completed(startShared());
        var there = sandbox.objects();
        ProcessInstance undo = waiting(rollOut);
        switch (how) {
            case "decline" -> decide(undo, "decline");
            case "expire" -> {
                Date due = management.createJobQuery().timers().processInstanceId(undo.getId()).orderByJobDuedate().desc().list().get(0)
                    .getDuedate();
                ClockUtil.setCurrentTime(new Date(due.getTime() + 1));
                management.createJobQuery().timers().processInstanceId(undo.getId()).executable().orderByJobDuedate().asc().list()
                    .forEach(this::execute);
            }
            default -> rollBack(undo.getId());
        }
        runAll();
        assertEnded(undo, stage);
        assertThat(states(undo)).containsOnly(RowState.ROLLED_BACK);
        assertThat(sandbox.objects()).isEqualTo(there);
        assertThat(rows(rollOut)).allSatisfy(row -> assertThat(change(row).undoneAt()).isNull());
        ProcessInstance again = waiting(rollOut);
        decide(again, "approve");
        runAll();
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void rowsThatBeginWhileItIsRolledBackUndoNothing() {
        ProcessInstance rollOut = completed(startOwn());
        var there = sandbox.objects();
        ProcessInstance undo = undo(rollOut);
        runAll(() -> rows(undo).stream().anyMatch(row -> row.state() == RowState.CREATING));
        rollBack(undo.getId());
        runAll();
        assertEnded(undo, Stage.ROLLED_BACK);
        assertThat(states(undo)).containsOnly(RowState.ROLLED_BACK, RowState.LEFT_OUT);
        assertThat(sandbox.objects()).isEqualTo(there);
    }

    @Test
    void whatOthersUseOrChangedStaysAndIsNamed() {
        ProcessInstance rollOut = completed(startOwn());
        String stranger = before.get("applications").first();
        assign(stranger, row(rollOut, 2).ids().get("policyId"));
        sandbox.pingOne("DELETE", "/applications/%s/signOnPolicyAssignments/%s".formatted(row(rollOut, 3).ids().get("applicationId"),
            row(rollOut, 3).ids().get("assignmentId")), "");
        assign(row(rollOut, 3).ids().get("applicationId"), row(rollOut, 3).ids().get("policyId"));
        ProcessInstance undo = waiting(rollOut);
        assertThat(row(undo, 2).found().get(Found.SECOND_LOOK)).contains("Stays: sign-on policy Policy_1", "others have assigned it");
        assertThat((String) variable(undo, "secondLook")).contains("Line 2: Stays: sign-on policy Policy_1");
        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(sandbox.objects().get("signOnPolicies")).contains(row(rollOut, 2).ids().get("policyId"),
            row(rollOut, 3).ids().get("policyId")).hasSize(before.get("signOnPolicies").size() + 2);
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).hasSize(before.get("signOnPolicyAssignments").size() + 2);
    }

    /** While others of the same undo go first. */
    @Test
    void whatOthersComeToUseInTheMeantimeStaysToo() {
        ProcessInstance rollOut = completed(startOwn());
        ProcessInstance undo = waiting(rollOut);
        decide(undo, "approve");
        runAll(() -> states(undo).contains(RowState.COMPLETED));
        assertThat(row(undo, 6).state()).isEqualTo(RowState.READY);
        String stranger = before.get("applications").first();
        assign(stranger, row(rollOut, 6).ids().get("policyId"));
        ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + 12_000));
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(row(undo, 6).state()).isEqualTo(RowState.ROLLED_BACK);
        assertThat(row(undo, 6).problem()).contains("was changed in PingOne after it was shown");
        assertThat(sandbox.objects().get("signOnPolicies")).contains(row(rollOut, 6).ids().get("policyId"));
        assertThat(sandbox.objects().get("signOnPolicyAssignments")).hasSize(before.get("signOnPolicyAssignments").size() + 2);
    }

    @Test
    void aSharedPolicyThatIsLeftOverIsUndoneByItself() {
        ProcessInstance rollOut = completed(startShared());
        ProcessInstance one = waiting(rollOut, "lines", "2-3");
        ProcessInstance other = waiting(rollOut, "lines", "4-6");
        assertThatThrownBy(() -> undo(rollOut, "lines", "2-4")).hasMessageContaining("lines: all of it is being undone already.");
        for (ProcessInstance undo : List.of(one, other)) {
            decide(undo, "approve");
            runAll(() -> rollOuts.find(undo.getId()).orElseThrow().endedAt() != null);
        }
        assertThat(sandbox.objects().get("applications")).isEqualTo(before.get("applications"));
        assertThat(sandbox.objects().get("signOnPolicies")).hasSize(before.get("signOnPolicies").size() + 1);
        assertThatThrownBy(() -> undo(rollOut, "lines", "2-3")).hasMessageContaining("lines: none of these rows is in effect");
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow().undone()).as("no application has it any more")
            .isEqualTo(RollOut.Undone.ALL);
        ProcessInstance rest = waiting(rollOut);
        assertThat(rows(rest)).isEmpty();
        assertThat((String) variable(rest, "policies")).startsWith(
            "Shared in sandbox, which the roll-out created: no application has it any more. It was assigned to App 1, App 2,");
        assertThatThrownBy(() -> decide(rest, "approve", "leaveOut", "3")).hasMessageContaining("leaveOut: is not allowed here");
        decide(rest, "approve");
        runAll();
        assertEnded(rest, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aSharedPolicyThatStaysDoesNotCountAsUndone() {
        ProcessInstance rollOut = completed(startShared());
        ProcessInstance single = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", row(rollOut, 3).instanceId()));
        runAll(() -> task(single) != null);
        ProcessInstance undo = waiting(rollOut);
        Row policy = rollOuts.sharedPolicies(undo.getId()).get(0);
        assertThat(policy.state()).isEqualTo(RowState.REJECTED);
        assertThat(policy.problem()).contains("Nothing was undone. It stays: sign-on policy Shared", "others have assigned it: App 2");
        decide(undo, "approve");
        runAll(() -> rollOuts.find(undo.getId()).orElseThrow().endedAt() != null);
        assertThat(change(rollOuts.sharedPolicies(rollOut.getId()).get(0)).undoneAt()).isNull();
        tasks.complete(task(single).getId(), Map.of("decision", "approve", "comment", "Go"));
        runAll();
        ProcessInstance rest = waiting(rollOut);
        decide(rest, "approve");
        runAll();
        assertEnded(rest, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aRowThatIsChangedAfterItsApprovalIsNotUndoneAndSaysWhy() {
        ProcessInstance rollOut = completed(startOwn());
        ProcessInstance undo = waiting(rollOut);
        assign(row(rollOut, 4).ids().get("applicationId"), before.get("signOnPolicies").first());
        var there = sandbox.objects();
        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        Row changed = row(undo, 4);
        assertThat(changed.state()).isEqualTo(RowState.ROLLED_BACK);
        assertThat(changed.problem()).isEqualTo(
            "Who uses it, or how users of the application sign on, was changed in PingOne after it was shown.");
        assertThat(deletes(changed)).isEmpty();
        assertThat(sandbox.objects().get("applications")).contains(row(rollOut, 4).ids().get("applicationId"))
            .hasSize(there.get("applications").size() - ROWS + 1);
    }

    @Test
    void aRowThatIsUndoneByItselfMeanwhileIsLeftOut() {
        ProcessInstance rollOut = completed(startOwn());
        ProcessInstance single = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", row(rollOut, 3).instanceId()));
        ProcessInstance undo = undo(rollOut);
        runAll();
        assertThat(row(undo, 3).state()).isEqualTo(RowState.LEFT_OUT);
        assertThat(row(undo, 3).problem()).isEqualTo("The change is being undone already, by %s.".formatted(single.getId()));
        assertThatThrownBy(() -> runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", row(rollOut, 2).instanceId())))
            .hasMessageContaining("is being undone already, by " + row(undo, 2).instanceId());
        tasks.complete(task(single).getId(), Map.of("decision", "decline", "comment", "With the others"));
        decide(undo, "retry");
        runAll();
        assertThat(states(undo)).containsOnly(RowState.READY);
        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void existingApplicationsAndPoliciesStay() {
        List<String> applications = before.get("applications").stream().limit(2).toList();
        ProcessInstance rollOut = completed(start("applicationId,policyName\n" + applications.stream()
            .map(id -> id + ",Passwordless_" + id.substring(0, 8) + "\n").collect(Collectors.joining())));
        ProcessInstance undo = waiting(rollOut);
        assertThat(row(undo, 2).found().get(Found.SIGN_ON_NOW)).contains("Passwordless_");
        assertThat(row(undo, 2).found().get(Found.SIGN_ON_AFTER)).doesNotContain("Passwordless_");
        decide(undo, "approve");
        runAll();
        assertEnded(undo, Stage.COMPLETED);
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void aRemindedApproverStillDecides() {
        ProcessInstance rollOut = completed(startOwn());
        ProcessInstance undo = waiting(rollOut);
        management.createJobQuery().timers().processInstanceId(undo.getId()).orderByJobDuedate().asc().list().stream().findFirst()
            .ifPresent(this::execute);
        decide(undo, "approve");
        runAll();
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    @Test
    void isForItsRequesterAndOperators() {
        ProcessInstance rollOut = completed(startOwn());
        assertThatThrownBy(() -> as("requester", "sign-on-requesters", () -> undo(rollOut)))
            .hasMessageContaining("rollOut: there is no such roll-out, or you may not have it undone");
        assertThatThrownBy(() -> as("operator", "sign-on-operators", () -> undo(rollOut, "line", 3)))
            .hasMessageContaining("line: is not a variable of this flow, which accepts keep, lines, reason, rollOut.");
        assertThatThrownBy(() -> as("operator", "sign-on-operators", () -> runtime.startProcessInstanceByKey("undo-sign-on",
            Map.of("change", row(rollOut, 2).instanceId(), "line", 2, "rollOut", rollOut.getId()))))
            .hasMessageContaining("line: is not a variable of this flow");
        ProcessInstance undo = as("operator", "sign-on-operators", () -> undo(rollOut));
        runAll();
        assertThat(rollOuts.find(undo.getId()).orElseThrow().requestedBy()).isEqualTo("operator");
        assertThat(change(row(undo, 2)).requestedBy()).isEqualTo("operator");
    }

    private <T> T as(String user, String group, java.util.function.Supplier<T> work) {
        engine.getIdentityService().setAuthentication(user, List.of(group));
        try {
            return work.get();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }
}
