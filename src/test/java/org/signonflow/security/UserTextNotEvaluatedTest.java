package org.signonflow.security;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.dto.AbstractSearchQueryDto;
import org.camunda.bpm.engine.rest.dto.CamundaQueryParam;
import org.camunda.bpm.engine.rest.dto.authorization.AuthorizationQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricActivityInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricDetailQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricJobLogQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricProcessInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricTaskInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.history.HistoricVariableInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.history.UserOperationLogQueryDto;
import org.camunda.bpm.engine.rest.dto.identity.GroupQueryDto;
import org.camunda.bpm.engine.rest.dto.identity.UserQueryDto;
import org.camunda.bpm.engine.rest.dto.repository.DeploymentQueryDto;
import org.camunda.bpm.engine.rest.dto.repository.ProcessDefinitionQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.EventSubscriptionQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.ExecutionQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.FilterQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.IncidentQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.JobQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.ProcessInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.runtime.VariableInstanceQueryDto;
import org.camunda.bpm.engine.rest.dto.task.TaskQueryDto;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import tools.jackson.core.io.JsonStringEncoder;

import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** User-entered text stays text, wherever the engine accepts it. */
@Import(Trap.Config.class)
class UserTextNotEvaluatedTest extends RunningApp {

    private static final String TYPED = new String(JsonStringEncoder.getInstance().quoteAsCharArray(Trap.TYPED));

    @Autowired
    Trap trap;
    @Autowired
    ProcessEngine engine;

    @BeforeEach
    void theTrapIsSet() {
        assertThat(trap.works(engine)).isTrue();
    }

    /** Everything that it started is run to its end first. */
    @AfterEach
    void nothingWasEvaluated() {
        runAll();
        for (Task task : tasks.createTaskQuery().list()) {
            for (String form : List.of("", "/form", "/rendered-form", "/deployed-form", "/form-variables", "/variables", "/comment")) {
                rest("approver").call("GET", "/engine-rest/task/" + task.getId() + form, null);
            }
            rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", """
                {"variables": {"decision": {"value": "decline"}, "comment": {"value": "%s"}}}""".formatted(TYPED));
        }
        runAll();
        assertThat(trap.sprung()).isZero();
    }

    private void runAll() {
        for (int i = 0; i < 3; i++) {
            runtime.createProcessInstanceQuery().list().stream().map(ProcessInstance::getId).forEach(this::run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"environment", "applicationName", "applicationDescription", "redirectUris", "bundleId", "packageName", "scopes",
        "applicationId", "policyName", "policyDescription", "authenticators", "deviceAuthenticationPolicyId", "noDevicesMode",
        "assignmentPriority", "approvalRequired", "businessKey"})
    void startVariables(String name) {
        for (String path : new String[] {"configure-mfa-sign-on/start", "configure-mfa-sign-on/submit-form",
            "configure-passwordless-sign-on/start"}) {
            String one = name.equals("businessKey") || path.startsWith("configure-mfa") != !name.equals("applicationId") ? ""
                : ", \"%s\": {\"value\": \"%s\"}".formatted(name, TYPED);
            Answer answer = rest("requester").call("POST", "/engine-rest/process-definition/key/" + path, """
                {"businessKey": "%s", "variables": {%s %s}}""".formatted(TYPED, path.startsWith("configure-mfa")
                    ? "'applicationName': {'value': 'App'}, 'policyName': {'value': 'P'}".replace('\'', '"')
                    : "\"policyName\": {\"value\": \"Q\"}", one));
            assertThat(answer.status()).as(answer.body()).isIn(200, 400);
            if (answer.isSuccess()) {
                String id = answer.json().get("id").asString();
                run(id);
                // Some end at once: PingOne refuses the text.
                assertThat(history.createHistoricProcessInstanceQuery().processInstanceId(id).singleResult().getBusinessKey())
                    .isEqualTo(Trap.TYPED);
                if (!one.isEmpty()) {
                    assertThat(history.createHistoricVariableInstanceQuery().processInstanceId(id).variableName(name).singleResult()
                        .getValue()).isEqualTo(Trap.TYPED);
                }
                cleanUpInstances();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "approver | POST | /task/{task}/complete | {'variables': {'decision': {'value': '~'}}}",
        "approver | POST | /task/{task}/complete | {'variables': {'decision': {'value': 'approve'}, 'comment': {'value': '~'}}}",
        "approver | POST | /task/{task}/submit-form | {'variables': {'decision': {'value': 'approve'}, 'leaveOut': {'value': '~'}}}",
        "approver | POST | /task/{task}/comment/create | {'message': '~'}",
        "approver | POST | /task/{task}/claim | {'userId': '~'}",
        "admin | POST | /task/{task}/assignee | {'userId': '~'}",
        "admin | POST | /task/{task}/identity-links | {'groupId': '~', 'type': 'candidate'}",
        "admin | PUT | /task/{task} | {'name': '~', 'description': '~', 'owner': '~', 'due': '~'}",
        "admin | POST | /task/create | {'name': '~', 'description': '~', 'assignee': '~'}",
        "operator | POST | /message | {'messageName': 'RollBack', 'businessKey': '~'}",
        "operator | POST | /message | {'messageName': '~', 'processInstanceId': '{instance}'}",
        "operator | POST | /message | {'messageName': 'RollBack', 'correlationKeys': {'x': {'value': '~'}}}",
        "admin | POST | /signal | {'name': '~'}",
        "admin | POST | /condition | {'variables': {'x': {'value': '~'}}}",
        "operator | PUT | /job/{job}/retries | {'retries': 1, 'dueDate': '~'}",
        "operator | PUT | /job/{job}/retries | {'retries': '~'}",
        "admin | PUT | /job/{job}/duedate | {'duedate': '~'}",
        "admin | PUT | /process-definition/key/configure-mfa-sign-on/history-time-to-live | {'historyTimeToLive': '~'}",
        "admin | PUT | /process-instance/{instance}/variables/x | {'value': '~'}",
        "admin | POST | /filter/create | {'resourceType': 'Task', 'name': '~', 'query': {'name': '~', 'assignee': '~',"
            + " 'candidateGroup': '~'}, 'properties': {'description': '~', 'color': '~', 'priority': '~',"
            + " 'variables': [{'name': '~', 'label': '~'}]}}",
        "admin | POST | /group/create | {'id': 'typed', 'name': '~', 'type': '~'}",
        "admin | POST | /user/create | {'profile': {'id': 'typed', 'firstName': '~', 'lastName': '~', 'email': '~'},"
            + " 'credentials': {'password': '~'}}",
        "admin | POST | /tenant/create | {'id': 'typed', 'name': '~'}",
        "admin | POST | /authorization/create | {'type': 1, 'permissions': ['READ'], 'userId': 'typed', 'resourceType': 6,"
            + " 'resourceId': '~'}",
        "requester | PUT | /user/requester/profile | {'id': 'requester', 'firstName': '~', 'lastName': '~', 'email': '~'}",
        "requester | POST | /identity/password-policy | {'password': '~'}",
        "admin | POST | /task | {'sorting': [{'sortBy': 'processVariable', 'sortOrder': 'asc', 'parameters': {'variable': '~',"
            + " 'type': 'String'}}]}",
        "admin | POST | /task | {'orQueries': [{'processVariables': [{'name': '~', 'operator': 'eq', 'value': '~'}]}]}",
        "admin | POST | /history/process-instance | {'variables': [{'name': '~', 'operator': 'like', 'value': '~'}]}",
        "admin | POST | /variable-instance | {'variableValues': [{'name': '~', 'operator': 'eq', 'value': '~'}]}"})
    void requestBodies(String user, String method, String path, String body) {
        Task task = waiting("requester", "App", "Policy");
        String job = management.createJobQuery().processInstanceId(task.getProcessInstanceId()).list().get(0).getId();
        for (String api : new String[] {Caller.REST, Caller.WEB}) {
            Caller caller = api.equals(Caller.WEB) ? Caller.web(port, user) : rest(user);
            Answer answer = caller.call(method, api + path.replace("{task}", task.getId()).replace("{job}", job)
                .replace("{instance}", task.getProcessInstanceId()), body.replace('\'', '"').replace("~", TYPED)
                .replace("{instance}", task.getProcessInstanceId()));
            System.out.println(user + " " + method + " " + path + ": " + answer.status());
            if (answer.isSuccess() && path.equals("/filter/create")) {
                String filter = answer.json().get("id").asString();
                for (String run : new String[] {"", "/list", "/count", "?itemCount=true"}) {
                    Answer read = caller.call("GET", api + "/filter/" + filter + run, null);
                    assertThat(read.status()).as(read.body()).isEqualTo(200);
                }
                caller.call("DELETE", api + "/filter/" + filter, null);
            }
            for (String kind : new String[] {"user", "group", "tenant"}) {
                caller.call("DELETE", api + "/" + kind + "/typed", null);
            }
        }
    }

    /** Members of queries that are not expressions. */
    @Test
    void queryMembers() {
        Map<Class<? extends AbstractSearchQueryDto>, String> queries = Map.ofEntries(entry(TaskQueryDto.class, "/task"),
            entry(HistoricTaskInstanceQueryDto.class, "/history/task"), entry(ProcessInstanceQueryDto.class, "/process-instance"),
            entry(HistoricProcessInstanceQueryDto.class, "/history/process-instance"), entry(ExecutionQueryDto.class, "/execution"),
            entry(VariableInstanceQueryDto.class, "/variable-instance"), entry(JobQueryDto.class, "/job"),
            entry(HistoricVariableInstanceQueryDto.class, "/history/variable-instance"), entry(IncidentQueryDto.class, "/incident"),
            entry(HistoricJobLogQueryDto.class, "/history/job-log"), entry(HistoricDetailQueryDto.class, "/history/detail"),
            entry(HistoricActivityInstanceQueryDto.class, "/history/activity-instance"), entry(UserQueryDto.class, "/user"),
            entry(GroupQueryDto.class, "/group"), entry(FilterQueryDto.class, "/filter"), entry(DeploymentQueryDto.class, "/deployment"),
            entry(ProcessDefinitionQueryDto.class, "/process-definition"), entry(AuthorizationQueryDto.class, "/authorization"),
            entry(EventSubscriptionQueryDto.class, "/event-subscription"),
            entry(UserOperationLogQueryDto.class, "/history/user-operation"));
        waiting("requester", "App", "Policy");
        int asked = 0;
        int answered = 0;
        for (var query : queries.entrySet()) {
            for (Method method : query.getKey().getMethods()) {
                CamundaQueryParam member = method.getAnnotation(CamundaQueryParam.class);
                if (member != null && !member.value().endsWith("Expression")) {
                    asked++;
                    Answer answer = rest("admin").call("GET", "/engine-rest" + query.getValue() + "?" + member.value() + "="
                        + URLEncoder.encode(Trap.TYPED, StandardCharsets.UTF_8), null);
                    answered += answer.isSuccess() ? 1 : 0;
                    if (answer.status() >= 500) {
                        System.out.println("GET " + query.getValue() + "?" + member.value() + ": " + answer.status() + " " + answer.body());
                    }
                }
            }
        }
        System.out.println("Members of queries: " + asked + ", accepted as text: " + answered + ", evaluated: " + trap.sprung());
        assertThat(answered).isGreaterThan(150);
    }

    @ParameterizedTest
    @ValueSource(strings = {"applicationName", "applicationDescription", "redirectUris", "bundleId", "packageName", "scopes", "policyName",
        "policyDescription", "noDevicesMode", "assignmentPriority"})
    void cellsOfARollOut(String column) {
        String cell = "\"" + Trap.TYPED + "\"";
        boolean besides = !column.matches("applicationName|policyName");
        for (String name : new String[] {"Autumn", Trap.TYPED}) {
            String csv = "applicationName,policyName%s\n%s,%s%s\n".formatted(besides ? "," + column : "",
                column.equals("applicationName") ? cell : "App", column.equals("policyName") ? cell : "P_" + column + name.length(),
                besides ? "," + cell : "");
            String form = """
                --b\r
                Content-Disposition: form-data; name="list"; filename="%1$s.csv"\r
                Content-Type: text/csv\r
                \r
                %2$s\r
                --b\r
                Content-Disposition: form-data; name="name"\r
                \r
                %1$s\r
                --b--\r
                """.formatted(name, csv);
            Answer answer = rest("requester").send("POST", "/api/roll-outs", form, "Content-Type", "multipart/form-data; boundary=b");
            assertThat(answer.status()).as(answer.body()).isIn(201, 400);
            System.out.println("Roll-out with " + column + ": " + answer.status());
            runAll();
            if (answer.isSuccess()) {
                for (String page : new String[] {"/roll-outs/{id}", "/api/roll-outs/{id}", "/api/roll-outs/{id}/rows",
                    "/api/roll-outs/{id}/report.csv"}) {
                    assertThat(rest("requester").call("GET", page.replace("{id}", answer.json().get("id").asString()), null).status())
                        .isEqualTo(200);
                }
            }
        }
    }
}
