package org.signonflow.security;

import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Four eyes: someone other than the requester decides, on what was requested, and only once, whichever API is tried, and however fast. */
class FourEyesTest extends RunningApp {

    /** Both a requester and an approver, so that only the four-eyes rule stops him. */
    private static final String BOTH = "mallory";
    private static final String SECOND = "approver2";

    private static final String RETRY = """
        {"variables": {"decision": {"value": "retry"}}}""";

    private static final int RACES = 40;
    /** An environment takes a hundred policies. */
    private static final int RACES_AT_ONCE = 20;

    @BeforeEach
    void users() {
        user(BOTH, "sign-on-requesters", "sign-on-approvers");
        user(SECOND, "sign-on-approvers");
    }

    private record Attempt(String method, String path, String body) {
    }

    /** Every way to decide, and every way around the task. */
    private List<Attempt> attempts(Task task) {
        String id = "/task/" + task.getId();
        String execution = task.getExecutionId();
        String instance = "/process-instance/" + task.getProcessInstanceId();
        String definition = "/process-definition/" + task.getProcessDefinitionId();
        List<Attempt> attempts = new ArrayList<>();
        attempts.add(new Attempt("POST", id + "/comment/create", "{\"message\": \"Mine.\"}"));
        for (String decision : List.of(APPROVE, DECLINE, RETRY)) {
            attempts.add(new Attempt("POST", id + "/complete", decision));
            attempts.add(new Attempt("POST", id + "/submit-form", decision));
        }
        for (String user : List.of(BOTH, SECOND, "operator", "nobody")) {
            attempts.add(new Attempt("POST", id + "/claim", "{\"userId\": \"" + user + "\"}"));
            attempts.add(new Attempt("POST", id + "/assignee", "{\"userId\": \"" + user + "\"}"));
            attempts.add(new Attempt("POST", id + "/delegate", "{\"userId\": \"" + user + "\"}"));
            attempts.add(new Attempt("POST", id + "/identity-links", "{\"userId\": \"" + user + "\", \"type\": \"candidate\"}"));
        }
        for (String extra : List.of("policyId", "applicationId", "requestedBy", "shown", "lookedAt", "approvalRequired", "actionId")) {
            for (String operation : List.of("/complete", "/submit-form")) {
                attempts.add(new Attempt("POST", id + operation, """
                    {"variables": {"decision": {"value": "approve"}, "%s": {"value": "x"}}}""".formatted(extra)));
            }
            for (String scope : List.of(id + "/variables/", id + "/localVariables/", "/execution/" + execution + "/localVariables/",
                instance + "/variables/")) {
                attempts.add(new Attempt("PUT", scope + extra, "{\"value\": \"x\"}"));
                attempts.add(new Attempt("DELETE", scope + extra, null));
                attempts.add(new Attempt("POST", scope.substring(0, scope.length() - 1), """
                    {"modifications": {"%s": {"value": "x"}}}""".formatted(extra)));
            }
        }
        attempts.add(new Attempt("POST", id + "/complete", """
            {"variables": {"decision": {"value": "approve", "valueInfo": {"transient": true}}}}"""));
        attempts.add(new Attempt("POST", id + "/complete", """
            {"variables": {"decision": {"value": "rO0ABXQAB2FwcHJvdmU=", "type": "Object",
            "valueInfo": {"objectTypeName": "java.lang.String", "serializationDataFormat": "application/x-java-serialized-object"}}}}"""));
        attempts.add(new Attempt("POST", id + "/resolve", APPROVE));
        attempts.add(new Attempt("POST", id + "/bpmnError", "{\"errorCode\": \"REFUSED_BY_PINGONE\"}"));
        attempts.add(new Attempt("POST", id + "/bpmnEscalation", "{\"escalationCode\": \"x\"}"));
        attempts.add(new Attempt("PUT", id, "{\"assignee\": \"" + SECOND + "\", \"owner\": \"" + BOTH + "\"}"));
        attempts.add(new Attempt("DELETE", id, null));
        attempts.add(new Attempt("POST", "/task/create", "{\"parentTaskId\": \"" + task.getId() + "\"}"));
        attempts.add(new Attempt("POST", "/execution/" + execution + "/signal", "{}"));
        attempts.add(new Attempt("POST", "/execution/" + execution + "/messageSubscriptions/RollBack/trigger", "{}"));
        attempts.add(new Attempt("POST", "/signal", "{\"name\": \"x\"}"));
        attempts.add(new Attempt("POST", "/condition", "{\"variables\": {}}"));
        for (String variables : List.of("processVariables", "processVariablesLocal", "correlationKeys", "localCorrelationKeys")) {
            attempts.add(new Attempt("POST", "/message", """
                {"messageName": "RollBack", "processInstanceId": "%s", "%s": {"policyId": {"value": "x"}}}"""
                .formatted(task.getProcessInstanceId(), variables)));
        }
        attempts.add(new Attempt("POST", "/message", """
            {"messageName": "RollBack", "processInstanceId": "%s"}""".formatted(task.getProcessInstanceId())));
        attempts.add(new Attempt("POST", "/message", "{\"messageName\": \"RollBack\", \"all\": true}"));
        String assign = "{\"type\": \"startBeforeActivity\", \"activityId\": \"Task_AssignPolicy\"}";
        attempts.add(new Attempt("POST", instance + "/modification", "{\"instructions\": [" + assign + "]}"));
        attempts.add(new Attempt("POST", instance + "/modification-async", "{\"instructions\": [" + assign + "]}"));
        attempts.add(new Attempt("POST", "/modification/execute", """
            {"processDefinitionId": "%s", "processInstanceIds": ["%s"], "instructions": [%s]}"""
            .formatted(task.getProcessDefinitionId(), task.getProcessInstanceId(), assign)));
        attempts.add(new Attempt("POST", definition + "/start", "{\"startInstructions\": [" + assign + "]}"));
        attempts.add(new Attempt("POST", "/process-definition/key/configure-mfa-sign-on/start", """
            {"variables": {"applicationName": {"value": "x"}, "policyName": {"value": "y"}}, "startInstructions": [%s]}"""
            .formatted(assign)));
        attempts.add(new Attempt("POST", "/process-definition/key/configure-mfa-sign-on/start", """
            {"variables": {"applicationName": {"value": "x"}, "policyName": {"value": "y"}, "requestedBy": {"value": "z"}}}"""));
        attempts.add(new Attempt("POST", definition + "/restart", """
            {"processInstanceIds": ["%s"], "instructions": [%s]}""".formatted(task.getProcessInstanceId(), assign)));
        attempts.add(new Attempt("POST", "/migration/generate", """
            {"sourceProcessDefinitionId": "%1$s", "targetProcessDefinitionId": "%1$s"}""".formatted(task.getProcessDefinitionId())));
        attempts.add(new Attempt("POST", "/migration/execute", """
            {"migrationPlan": {"sourceProcessDefinitionId": "%1$s", "targetProcessDefinitionId": "%1$s", "instructions":
            [{"sourceActivityIds": ["Task_ApproveAssignment"], "targetActivityIds": ["Task_AssignPolicy"]}]},
            "processInstanceIds": ["%2$s"]}"""
            .formatted(task.getProcessDefinitionId(), task.getProcessInstanceId())));
        for (Job job : management.createJobQuery().processInstanceId(task.getProcessInstanceId()).list()) {
            attempts.add(new Attempt("POST", "/job/" + job.getId() + "/execute", "{}"));
            attempts.add(new Attempt("DELETE", "/job/" + job.getId(), null));
            attempts.add(new Attempt("PUT", "/job/" + job.getId() + "/duedate", "{\"duedate\": null}"));
            attempts.add(new Attempt("PUT", "/job/" + job.getId() + "/retries", "{\"retries\": 0}"));
            attempts.add(new Attempt("PUT", "/job/" + job.getId() + "/suspended", "{\"suspended\": true}"));
            attempts.add(new Attempt("POST", "/job/" + job.getId() + "/duedate/recalculate", null));
        }
        attempts.add(new Attempt("PUT", instance + "/suspended", "{\"suspended\": true}"));
        attempts.add(new Attempt("PUT", "/process-instance/suspended", "{\"suspended\": true, \"processDefinitionKey\": "
            + "\"configure-mfa-sign-on\"}"));
        attempts.add(new Attempt("PUT", definition + "/suspended", "{\"suspended\": true, \"includeProcessInstances\": true}"));
        attempts.add(new Attempt("DELETE", instance, null));
        attempts.add(new Attempt("POST", "/process-instance/delete", "{\"processInstanceIds\": [\""
            + task.getProcessInstanceId() + "\"]}"));
        attempts.add(new Attempt("POST", "/process-instance/message-async", "{\"messageName\": \"RollBack\", \"processInstanceIds\": [\""
            + task.getProcessInstanceId() + "\"]}"));
        attempts.add(new Attempt("POST", "/process-instance/variables-async", "{\"processInstanceIds\": [\"" + task.getProcessInstanceId()
            + "\"], \"variables\": {\"policyId\": {\"value\": \"x\"}}}"));
        attempts.add(new Attempt("DELETE", "/history/process-instance/" + task.getProcessInstanceId(), null));
        attempts.add(new Attempt("DELETE", "/history/process-instance/" + task.getProcessInstanceId() + "/variable-instances", null));
        attempts.add(new Attempt("DELETE", "/user/" + SECOND, null));
        return attempts;
    }

    /** Everything that a decision, or a way around it, would change. */
    private Map<String, Object> everything(Task task) {
        Map<String, Object> state = new TreeMap<>();
        state.put("task", String.valueOf(tasks.createTaskQuery().taskId(task.getId()).list().stream().map(one -> one.getAssignee() + " "
            + one.getOwner() + " " + one.getDelegationState() + " " + one.isSuspended()).toList()));
        state.put("candidates", tasks.getIdentityLinksForTask(task.getId()).stream().map(link -> link.getUserId() + link.getGroupId())
            .sorted().toList());
        state.put("instances", runtime.createProcessInstanceQuery().active().count());
        state.put("history", history.createHistoricProcessInstanceQuery().count());
        state.put("variables", new TreeMap<>(runtime.getVariables(task.getProcessInstanceId())));
        state.put("jobs", management.createJobQuery().processInstanceId(task.getProcessInstanceId()).active().list().stream()
            .map(job -> job.getId() + job.getDuedate() + job.getRetries()).sorted().toList());
        state.put("users", identities.createUserQuery().count());
        state.put("pingone", sandbox("state").toString());
        return state;
    }

    private enum Flow { MFA, PASSWORDLESS, ROLL_OUT }

    private static Stream<Arguments> flowsAndApis() {
        return Stream.of(Flow.values()).flatMap(flow -> Stream.of(Caller.REST, "/engine-rest/engine/default", Caller.WEB)
            .map(api -> Arguments.of(flow, api)));
    }

    private Task waiting(Flow flow) {
        return switch (flow) {
            case MFA -> waiting(BOTH, "Mallorys app", "Mallorys");
            case PASSWORDLESS -> waiting("configure-passwordless-sign-on", """
                {"applicationId": {"value": "%s"}, "policyName": {"value": "Mallorys"}}"""
                .formatted(sandbox("state").get("applications").findValue("id").asString()));
            case ROLL_OUT -> waiting("roll-out-sign-on", """
                {"name": {"value": "Mallorys"}, "list": {"value": "%s", "type": "File", "valueInfo": {"filename": "list.csv"}}}"""
                .formatted(Base64.getEncoder().encodeToString("applicationName,policyName\nMallorys app,Mallorys\n".getBytes())));
        };
    }

    private Task waiting(String process, String variables) {
        Answer answer = rest(BOTH).call("POST", "/engine-rest/process-definition/key/" + process + "/start",
            "{\"variables\": " + variables + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        for (int i = 0; i < 100 && tasks.createTaskQuery().count() == 0; i++) {
            for (Job job : management.createJobQuery().messages().list()) {
                try {
                    management.executeJob(job.getId());
                } catch (RuntimeException comesBack) {
                    // As the job executor does.
                }
            }
        }
        return tasks.createTaskQuery().processInstanceId(answer.json().get("id").asString()).singleResult();
    }

    @ParameterizedTest
    @MethodSource("flowsAndApis")
    void theRequesterCannotDecide(Flow flow, String api) {
        Task task = waiting(flow);
        Map<String, Object> before = everything(task);
        Caller mallory = api.equals(Caller.WEB) ? Caller.web(port, BOTH) : rest(BOTH);
        assertThat(mallory.call("GET", api + "/task/" + task.getId(), null).status()).as("he sees it").isEqualTo(200);
        List<Attempt> attempts = attempts(task);
        for (Attempt attempt : attempts) {
            Answer answer = mallory.call(attempt.method(), api + attempt.path(), attempt.body());
            assertThat(answer.status()).as("%s: %s", attempt, answer.body()).isIn(400, 403);
            assertThat(everything(task)).as("after %s", attempt).isEqualTo(before);
        }
        System.out.println("Four eyes, " + flow + " at " + api + ": " + attempts.size() + " attempts, all refused, nothing changed");
        Caller approver = api.equals(Caller.WEB) ? Caller.web(port, SECOND) : rest(SECOND);
        assertThat(approver.call("POST", api + "/task/" + task.getId() + "/claim", "{\"userId\": \"" + SECOND + "\"}").status())
            .isEqualTo(204);
        assertThat(approver.call("POST", api + "/task/" + task.getId() + "/complete", APPROVE).status()).as("another may").isEqualTo(204);
    }

    /** Neither an administrator nor an approver in league with him can bypass the task. */
    @ParameterizedTest
    @ValueSource(strings = {"admin", SECOND, "operator"})
    void nobodyCanBypassTheTask(String user) {
        Task task = waiting(BOTH, "Mallorys app", "Mallorys");
        Map<String, Object> before = everything(task);
        Caller caller = rest(user);
        for (Attempt attempt : attempts(task)) {
            // Except for the APIs that each role has anyway.
            boolean decides = attempt.path().matches("/task/[^/]+/(complete|submit-form|claim|comment/create)")
                && !attempt.body().contains("\"x\"") && !attempt.body().contains("valueInfo") && !(attempt.path().endsWith("claim") && !attempt.body().contains(user));
            boolean operates = attempt.path().equals("/message") && !attempt.body().contains("\"x\"");
            boolean administers = attempt.path().equals("/user/" + SECOND);
            if (!decides && !operates && !administers) {
                Answer answer = caller.call(attempt.method(), Caller.REST + attempt.path(), attempt.body());
                assertThat(answer.status()).as("%s: %s", attempt, answer.body()).isIn(400, 403);
                assertThat(everything(task)).as("after %s", attempt).isEqualTo(before);
            }
        }
    }

    /** However a variable came to contain another's policy, that policy is not ours to delete. */
    @Test
    void undoDeletesOnlyWhatTheJournalRecords() {
        Task task = waiting(BOTH, "App", "Ours");
        String other = sandbox("state").get("signOnPolicies").findValuesAsString("id").stream()
            .filter(id -> !id.equals(runtime.getVariable(task.getProcessInstanceId(), "policyId"))).findFirst().orElseThrow();
        Object ours = runtime.getVariable(task.getProcessInstanceId(), "policyId");
        runtime.setVariable(task.getProcessInstanceId(), "policyId", other);
        Answer answer = rest("operator").call("POST", "/engine-rest/message", """
            {"messageName": "RollBack", "processInstanceId": "%s"}""".formatted(task.getProcessInstanceId()));
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
        run(task.getProcessInstanceId());
        assertThat(sandbox("state").get("signOnPolicies").findValuesAsString("id")).contains(other).doesNotContain(ours.toString());
        assertThat(history.createHistoricVariableInstanceQuery().processInstanceId(task.getProcessInstanceId()).variableName("outcome")
            .singleResult().getValue()).isEqualTo("ROLLED_BACK");
    }

    private enum Against { DECLINE, EXPIRY, APPROVE }

    @ParameterizedTest
    @EnumSource
    void oneDecisionWins(Against against) throws Exception {
        Caller first = rest("approver");
        Caller second = rest(SECOND);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Map<String, Integer> outcomes = new TreeMap<>();
        try {
            for (int i = 0; i < RACES; i++) {
                if (i % RACES_AT_ONCE == 0) {
                    cleanUpInstances();
                    startFresh();
                    // Or the second one could not even log in.
                    users();
                }
                Task task = waiting("requester", "App " + i, "Race_" + i);
                String path = "/engine-rest/task/" + task.getId() + "/complete";
                String expiry = management.createJobQuery().processInstanceId(task.getProcessInstanceId())
                    .activityId("Event_ApprovalExpired").singleResult().getId();
                // An HTTP request takes longer than the timer: delay the timer more and more, so that each comes first at times.
                long later = TimeUnit.MILLISECONDS.toNanos(i % RACES_AT_ONCE);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Integer> one = threads.submit(at(start, () -> first.call("POST", path, APPROVE).status()));
                Future<Integer> two = threads.submit(at(start, () -> switch (against) {
                    case DECLINE -> second.call("POST", path, DECLINE).status();
                    case APPROVE -> second.call("POST", path, APPROVE).status();
                    case EXPIRY -> expire(expiry, later);
                }));
                int approved = one.get(2, TimeUnit.MINUTES);
                int other = two.get(2, TimeUnit.MINUTES);
                outcomes.merge("approve %d, %s %d".formatted(approved, against, other).toLowerCase(), 1, Integer::sum);
                assertThat(List.of(approved, other)).as("race %d", i).containsOnlyOnce(204).allMatch(status -> status == 204
                    || status / 100 == 4 && status != 401 && status != 429);
                assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).isZero();
                boolean goesOn = approved == 204 || against == Against.APPROVE;
                assertThat(management.createJobQuery().processInstanceId(task.getProcessInstanceId()).list()).as("where it continues")
                    .singleElement().satisfies(job -> assertThat(management.createJobDefinitionQuery().jobDefinitionId(
                        job.getJobDefinitionId()).singleResult().getActivityId()).isEqualTo(goesOn ? "Task_CheckForChanges"
                            : "Event_UndoDeclined"));
            }
        } finally {
            threads.shutdownNow();
        }
        System.out.println(RACES + " races: " + outcomes);
    }

    private int expire(String job, long later) {
        LockSupport.parkNanos(later);
        try {
            management.executeJob(job);
            return 204;
        } catch (RuntimeException tooLate) {
            return 409;
        }
    }

    private static Callable<Integer> at(CyclicBarrier start, Callable<Integer> what) {
        return () -> {
            start.await(1, TimeUnit.MINUTES);
            return what.call();
        };
    }
}
