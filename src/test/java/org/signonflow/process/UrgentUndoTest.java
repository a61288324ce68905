package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.DriftState;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.terraform.Terraform;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** An urgent undo unassigns the policy at once, and assigns it again unless the rest is approved. */
@TestPropertySource(properties = "signonflow.undo.urgent=true")
class UrgentUndoTest extends FlowTest {

    private static final String UNASSIGN = "DELETE /applications/*/signOnPolicyAssignments/*";
    private static final String ASSIGN = "POST /applications/*/signOnPolicyAssignments";

    @Autowired
    private Changes changes;
    @Autowired
    private ChangeEngine changeEngine;
    @Autowired
    private Timeline timeline;
    @Autowired
    private Terraform terraform;
    @Autowired
    private PingOneEnvironments environments;
    @Autowired
    private PlatformTransactionManager transactions;

    private ProcessInstance completed(String key, Object... variables) {
        ProcessInstance instance = runtime.startProcessInstanceByKey(key, with(Map.of("approvalRequired", false), variables));
        run(instance);
        assertEnded(instance, "COMPLETED");
        return instance;
    }

    private ProcessInstance mfa() {
        return completed("configure-mfa-sign-on", "applicationName", "Banking app", "policyName", "MFA_UseCase");
    }

    private ProcessInstance passwordless() {
        return completed("configure-passwordless-sign-on", "applicationId", before.get("applications").first(), "policyName",
            "Passwordless", "assignmentPriority", 3);
    }

    private ProcessInstance urgent(ProcessInstance completed) {
        return as("operator", "sign-on-operators", () -> runtime.startProcessInstanceByKey("undo-sign-on",
            Map.of("change", completed.getId(), "urgent", true)));
    }

    private ProcessInstance waiting(ProcessInstance completed) {
        ProcessInstance undo = urgent(completed);
        runThroughRetries(undo);
        assertThat(undo).isWaitingAt("Task_ApproveUndo");
        return undo;
    }

    private void end(ProcessInstance undo, String way) {
        switch (way) {
            case "approve", "decline" -> decide(undo, way, "So be it");
            case "expire" -> management.executeJob(timer("Event_ApprovalExpired").getId());
            default -> rollBack(undo);
        }
        runThroughRetries(undo);
    }

    private void rollBack(ProcessInstance undo) {
        runtime.createMessageCorrelation("RollBack").processInstanceId(undo.getId()).correlate();
    }

    private <T> T as(String user, String group, Supplier<T> what) {
        engine.getIdentityService().setAuthentication(user, List.of(group));
        try {
            return what.get();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    private void refuse(String method, String path) {
        sandbox.fault("""
            {"method": "%s", "path": "%s", "effect": "status", "status": 400, "code": "INVALID_DATA"}""".formatted(method, path));
    }

    private String id(ProcessInstance instance, String variable) {
        return (String) variable(instance, variable);
    }

    private Change change(ProcessInstance instance) {
        return changes.find(instance.getId()).orElseThrow();
    }

    private List<String> altering(ProcessInstance instance) {
        return sandbox.calls(instance.getId()).stream().filter(call -> !call.startsWith("GET ")).toList();
    }

    /** What is there, but for the id of an assignment, which is another when it was made again. */
    private TreeMap<String, TreeSet<String>> objects() {
        TreeMap<String, TreeSet<String>> objects = sandbox.objects();
        objects.put("signOnPolicyAssignments", new TreeSet<>(sandbox.state().get("signOnPolicyAssignments").valueStream()
            .flatMap(JsonNode::valueStream).map(one -> one.path("priority") + " " + one.path("signOnPolicy")).toList()));
        return objects;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unassignsAtOnceAndDeletesTheRestOnceApproved(boolean ownApplication) {
        ProcessInstance completed = ownApplication ? mfa() : passwordless();
        ProcessInstance undo = waiting(completed);
        assertThat(undo).hasPassedInOrder("Task_FindUses", "Task_UnassignPolicyAtOnce", "Task_FindUses");
        assertThat(altering(undo)).containsExactly(UNASSIGN);
        assertThat(made("signOnPolicyAssignments")).isZero();
        assertThat(id(undo, "goes")).contains("sign-on policy ").doesNotContain("assignment");
        assertThat(id(undo, "signOnNow")).startsWith("The environment's default policy");
        assertThat(id(undo, "unassignedAt")).endsWith(" UTC");
        assertThat(change(undo)).satisfies(record -> {
            assertThat(record.state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
            assertThat(record.about()).isEqualTo(completed.getId());
            assertThat(record.requestedBy()).isEqualTo("operator");
            assertThat(record.unassignedAt()).isEqualTo(change(completed).unassignedAt()).isNotNull();
        });

        end(undo, "approve");
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
        assertThat(altering(undo)).as("each once").hasSize(ownApplication ? 4 : 2).doesNotHaveDuplicates();
        assertThat(change(completed).undoneAt()).isNotNull();
        assertThat(change(undo).unassignedAt()).as("for the audit").isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"decline, DECLINED, true", "expire, DECLINED, false", "roll back, ROLLED_BACK, true"})
    void assignsAgainUnlessApproved(String way, String outcome, boolean ownApplication) {
        ProcessInstance completed = ownApplication ? mfa() : passwordless();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = waiting(completed);
        end(undo, way);
        assertEnded(undo, outcome);
        assertThat(objects()).isEqualTo(there);
        assertThat(altering(undo)).containsExactly(UNASSIGN, ASSIGN);
        assertThat(change(completed).unassignedAt()).isNull();
        assertThat(change(completed).undoneAt()).isNull();
        assertThat(change(undo).unassignedAt()).isNotNull();

        String again = timeline.assignedAgain(change(completed)).orElseThrow();
        assertThat(again).isNotEqualTo(id(completed, "assignmentId"));
        assertThat(timeline.hasLostSomething(change(completed))).isFalse();
        changeEngine.check(change(completed));
        assertThat(change(completed).check().drift()).isEqualTo(DriftState.UNCHANGED);
        assertThat(exported(completed)).contains(again).doesNotContain(id(completed, "assignmentId"));
        assertThat(calls(completed)).endsWith("Unassign policy at once", "Assign policy again");
        assertThat(calls(undo)).containsExactly("Unassign policy at once", "Assign policy again");

        ProcessInstance second = waiting(completed);
        end(second, "decline");
        assertThat(objects()).as("as often as wanted").isEqualTo(there);
        ProcessInstance forGood = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", completed.getId()));
        run(forGood);
        assertThat(id(forGood, "goes")).contains(timeline.assignedAgain(change(completed)).orElseThrow());
        end(forGood, "approve");
        assertEnded(forGood, "COMPLETED");
        assertNothingLeft();
    }

    private String exported(ProcessInstance completed) {
        return terraform.of("All of it", List.of(change(completed)), new Terraform.Access() {
            @Override
            public PingOneClient client(String alias) {
                return environments.client(alias).withTransaction(null);
            }

            @Override
            public void reading(String what) {
                // Nobody waits for it.
            }
        });
    }

    private List<String> calls(ProcessInstance instance) {
        Map<String, String> variables = new TreeMap<>();
        history.createHistoricVariableInstanceQuery().processInstanceId(instance.getId()).list().stream()
            .filter(variable -> variable.getValue() != null)
            .forEach(variable -> variables.put(variable.getName(), variable.getValue().toString()));
        return timeline.of(change(instance), variables).stream().filter(event -> event.type() == TimelineEvent.Type.CALL)
            .map(TimelineEvent::step).toList();
    }

    /** Who uses the policy takes a read of each application: people are not to wait for that. */
    @Test
    void readsNothingButTheAssignmentBeforeItIsUnassigned() {
        ProcessInstance completed = mfa();
        ProcessInstance undo = urgent(completed);
        while (altering(undo).isEmpty()) {
            execute(job(undo));
        }
        assertThat(sandbox.calls(undo.getId())).as("two looks of three reads").hasSize(7);
        end(undo, "roll back");
        assertEnded(undo, "ROLLED_BACK");
    }

    @Test
    void looksAgainIfTheAssignmentIsChangedRightBefore() {
        ProcessInstance completed = mfa();
        ProcessInstance undo = urgent(completed);
        execute(job(undo));
        assertThat(undo).isWaitingAt("Task_UnassignPolicyAtOnce");
        String application = "/applications/" + id(completed, "applicationId") + "/signOnPolicyAssignments";
        sandbox.pingOne("POST", application, "{\"priority\": 2, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(
            sandbox.policy("Single_Factor")));
        run(undo);
        assertThat(undo).isWaitingAt("Task_ApproveUndo").hasPassed("Event_UnassignPolicyAtOnceChanged");
        assertThat(altering(undo)).containsExactly(UNASSIGN);
        assertThat(id(undo, "signOnNow")).isEqualTo("Single_Factor (priority 2)");
        end(undo, "decline");
    }

    @Test
    void nothingIsUnassignedIfOthersChangedTheAssignment() {
        ProcessInstance completed = mfa();
        sandbox.change("/applications/" + id(completed, "applicationId") + "/signOnPolicyAssignments/" + id(completed, "assignmentId"),
            "priority", 5);
        ProcessInstance undo = urgent(completed);
        run(undo);
        assertEnded(undo, "REJECTED");
        assertThat(undo).hasPassed("Task_AssignPolicyAgainWhenRejected");
        assertThat(altering(undo)).isEmpty();
    }

    @Test
    void whatOthersHaveUnassignedIsNotAssignedAgain() {
        ProcessInstance completed = mfa();
        pass(Duration.ofMinutes(5));
        sandbox.pingOne("DELETE", "/applications/" + id(completed, "applicationId") + "/signOnPolicyAssignments/"
            + id(completed, "assignmentId"), "");
        ProcessInstance undo = waiting(completed);
        end(undo, "decline");
        assertEnded(undo, "DECLINED");
        assertThat(altering(undo)).as("it was gone").containsExactly(UNASSIGN);
        assertThat(made("signOnPolicyAssignments")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"DELETE, after, drop", "DELETE, before, drop", "DELETE, after, status", "DELETE, before, status", "POST, after, drop",
        "POST, before, drop", "POST, after, status", "POST, before, status"})
    void aLostReplyIsSettled(String method, String when, String effect) {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        sandbox.fault("""
            {"method": "%s", "path": "/applications/*/signOnPolicyAssignments%s", "when": "%s", "effect": "%s"%s}""".formatted(method,
            method.equals("DELETE") ? "/*" : "", when, effect, effect.equals("status") ? ", \"status\": 503" : ""));
        ProcessInstance undo = waiting(completed);
        end(undo, "decline");
        assertEnded(undo, "DECLINED");
        assertThat(objects()).isEqualTo(there);
        approveAnother(completed);
    }

    /** The engine forgets each step once, as when it is killed before it has committed it. */
    @Test
    void nothingIsDoneTwiceIfTheEngineForgetsIt() {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = urgent(completed);
        execute(job(undo));
        forget(undo, "Task_UnassignPolicyAtOnce");
        run(undo);
        assertThat(altering(undo)).containsExactly(UNASSIGN);
        decide(undo, "decline", "No");
        forget(undo, "Task_AssignPolicyAgain");
        run(undo);
        assertEnded(undo, "DECLINED");
        assertThat(altering(undo)).containsExactly(UNASSIGN, ASSIGN);
        assertThat(objects()).isEqualTo(there);
        assertThat(change(completed).unassignedAt()).isNull();
    }

    private void forget(ProcessInstance undo, String step) {
        assertThat(undo).isWaitingAt(step);
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            management.executeJob(job(undo).getId());
            status.setRollbackOnly();
        });
        assertThat(undo).isWaitingAt(step);
    }

    private void approveAnother(ProcessInstance completed) {
        ProcessInstance undo = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", completed.getId()));
        runThroughRetries(undo);
        end(undo, "approve");
        assertEnded(undo, "COMPLETED");
        assertNothingLeft();
    }

    /** Whoever rolls it back does not know whether the policy has been unassigned. */
    @ParameterizedTest
    @ValueSource(strings = {"after", "before"})
    void aRollBackSettlesWhatIsNotKnownToBeUnassigned(String when) {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        sandbox.fault("""
            {"method": "DELETE", "path": "/applications/*/signOnPolicyAssignments/*", "when": "%s", "effect": "drop"}""".formatted(when));
        ProcessInstance undo = urgent(completed);
        execute(job(undo));
        execute(job(undo));
        assertThat(undo).isWaitingAt("Task_UnassignPolicyAtOnce");
        rollBack(undo);
        runThroughRetries(undo);
        assertEnded(undo, "ROLLED_BACK");
        assertThat(objects()).isEqualTo(there);
        approveAnother(completed);
    }

    @Test
    void aRefusalWaitsForAnOperatorWhoIsToldWhatToDo() {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = waiting(completed);
        refuse("POST", "/applications/*/signOnPolicyAssignments");
        end(undo, "decline");
        assertThat(incident(undo).getIncidentMessage()).startsWith("Assign policy again: PingOne refused: ").contains(
            "Until then the policy has no effect. Assign it in PingOne with priority 1, or remove what stands in its way, and retry.");
        assertThat(change(completed).unassignedAt()).isNotNull();
        management.setJobRetries(job(undo).getId(), 1);
        run(undo);
        assertEnded(undo, "DECLINED");
        assertThat(objects()).isEqualTo(there);
    }

    @Test
    void whoeverHasAssignedItOtherwiseMeanwhileHasToRemoveThat() {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = waiting(completed);
        String assignments = "/applications/" + id(completed, "applicationId") + "/signOnPolicyAssignments";
        String other = sandbox.pingOne("POST", assignments,
            "{\"priority\": 9, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(id(completed, "policyId"))).at("/id").asString();
        end(undo, "decline");
        assertThat(incident(undo).getIncidentMessage()).contains("Assign it in PingOne with priority 1, or remove what stands in its way");
        assertThat(change(completed).unassignedAt()).isNotNull();
        sandbox.pingOne("DELETE", assignments + "/" + other, "");
        management.setJobRetries(job(undo).getId(), 1);
        run(undo);
        assertEnded(undo, "DECLINED");
        assertThat(objects()).isEqualTo(there);
        approveAnother(completed);
    }

    @Test
    void whoeverHasAssignedItByHandMeanwhileIsNoObstacle() {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = waiting(completed);
        sandbox.pingOne("POST", "/applications/" + id(completed, "applicationId") + "/signOnPolicyAssignments",
            "{\"priority\": 1, \"signOnPolicy\": {\"id\": \"%s\"}}".formatted(id(completed, "policyId")));
        end(undo, "decline");
        assertEnded(undo, "DECLINED");
        assertThat(objects()).isEqualTo(there);
        assertThat(altering(undo)).containsExactly(UNASSIGN);
    }

    @Test
    void endsIfThePolicyIsGone() {
        ProcessInstance completed = mfa();
        ProcessInstance undo = waiting(completed);
        sandbox.pingOne("DELETE", "/signOnPolicies/" + id(completed, "policyId"), "");
        end(undo, "decline");
        assertEnded(undo, "DECLINED");
        assertThat(id(undo, "rejection")).startsWith("The policy cannot be assigned again: PingOne no longer has it");
        assertThat(change(completed).unassignedAt()).as("it is not in effect").isNotNull();
    }

    /** What was approved and is deleted stays so; an operator has only ended what was stuck. */
    @Test
    void whatHasBeenDeletedAsApprovedIsNotAssignedAgain() {
        ProcessInstance completed = mfa();
        ProcessInstance undo = waiting(completed);
        refuse("DELETE", "/applications/*/grants/*");
        end(undo, "approve");
        assertThat(incident(undo).getActivityId()).isEqualTo("Task_RevokeScopes");
        end(undo, "roll back");
        assertEnded(undo, "ROLLED_BACK");
        assertThat(altering(undo)).doesNotContain(ASSIGN);
        assertThat(timeline.hasLostSomething(change(completed))).isTrue();
        approveAnother(completed);
    }

    @Test
    void aRollBackAfterTheApprovalAssignsAgainWhatIsStillThere() {
        ProcessInstance completed = mfa();
        TreeMap<String, TreeSet<String>> there = objects();
        ProcessInstance undo = waiting(completed);
        refuse("DELETE", "/signOnPolicies/*");
        end(undo, "approve");
        assertThat(incident(undo).getActivityId()).isEqualTo("Task_DeleteSignOnPolicy");
        end(undo, "roll back");
        assertEnded(undo, "ROLLED_BACK");
        assertThat(objects()).isEqualTo(there);
    }

    @Test
    void isForOperatorsAndForWhatIsAssigned() {
        ProcessInstance completed = as("requester", "sign-on-requesters", () -> runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("approvalRequired", false, "applicationName", "Banking app", "policyName", "MFA_UseCase")));
        run(completed);
        assertThatThrownBy(() -> as("requester", "sign-on-requesters", () -> runtime.startProcessInstanceByKey("undo-sign-on",
            Map.of("change", completed.getId(), "urgent", true)))).hasMessage(
                "Only operators may have a change undone urgently: one person then decides how users sign on.");
        assertThatThrownBy(() -> runtime.startProcessInstanceByKey("undo-sign-on",
            Map.of("change", completed.getId(), "urgent", "at once"))).hasMessage("urgent: must be one of true, false.");
        assertThat(runtime.createProcessInstanceQuery().processDefinitionKey("undo-sign-on").count()).isZero();
        assertThat(change(completed).undoneBy()).isNull();

        ProcessInstance undo = waiting(completed);
        assertThatThrownBy(() -> urgent(completed)).hasMessageContaining("change: is being undone already, by " + undo.getId());
        changeEngine.check(change(completed));
        assertThat(change(completed).check().findings()).as("the check names who did it").singleElement()
            .satisfies(finding -> assertThat(finding.change()).isEqualTo(undo.getId()));
        end(undo, "approve");

        ProcessInstance other = passwordless();
        ProcessInstance plain = runtime.startProcessInstanceByKey("undo-sign-on", Map.of("change", other.getId(), "urgent", "false"));
        run(plain);
        assertThat(plain).isWaitingAt("Task_ApproveUndo");
        assertThat(altering(plain)).isEmpty();
        refuse("DELETE", "/signOnPolicies/*");
        end(plain, "approve");
        end(plain, "roll back");
        assertThatThrownBy(() -> urgent(other)).hasMessage(
            "urgent: its policy is not assigned any more, so that nothing is urgent. Leave it out.");
    }
}
