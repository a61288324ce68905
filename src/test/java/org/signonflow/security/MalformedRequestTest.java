package org.signonflow.security;

import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.login.LoginThrottle;
import org.springframework.test.util.ReflectionTestUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** No request content can cause a server error: the status is below 500, and a refusal has a sentence. */
class MalformedRequestTest extends RunningApp {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String VARIABLES = """
        {"variables": {"%s": {"value": "no", "type": "String", "valueInfo": {"x": "y"}}}, "withVariablesInReturn": false}""";
    private static final String MULTIPART = "multipart/form-data; boundary=b";

    /** Replaces each member and element of a well-formed body. */
    private static final List<String> VALUES = List.of("null", "-1", "1e400", "99999999999", "true", "\"\"",
        "\"a\\u0000\\n\\u202e\\ud800\"", "\"" + "x".repeat(5_000) + "\"", "[null]", "{}", "[".repeat(500) + "]".repeat(500));
    private static final List<String> BODIES = List.of("", "null", "5", "\"x\"", "[]", "{", "{\"a\":", "\0", "\ufeff{}", "{} {}",
        "[".repeat(2_000), "{\"variables\":".repeat(2_000), "{\"variables\": {}, \"variables\": {}}");

    private static String message(Answer answer) {
        return answer.json().path("message").asString("");
    }

    private static void isAnswered(Answer answer, String call) {
        assertThat(answer.status()).as("%s: %s", call, answer.body()).isLessThan(500);
        if (answer.status() >= 400) {
            assertThat(message(answer)).as("%s: %s", call, answer.body()).isNotBlank().doesNotContain("Cannot invoke", "Exception");
        }
    }

    /** The body, once for each value in place of each node. */
    private static List<String> mutations(String wellFormed) throws Exception {
        List<String> bodies = new ArrayList<>(BODIES);
        JsonNode root = JSON.readTree(wellFormed);
        for (String value : VALUES) {
            replaceEach(root, "\"@\"", () -> bodies.add(root.toString().replace("\"@\"", value)));
        }
        return bodies;
    }

    private static void replaceEach(JsonNode node, String mark, Runnable each) throws Exception {
        JsonNode marked = JSON.readTree(mark);
        if (node instanceof ObjectNode object) {
            for (String name : (Iterable<String>) () -> List.copyOf(object.properties()).stream().map(one -> one.getKey()).iterator()) {
                JsonNode was = object.get(name);
                object.set(name, marked);
                each.run();
                object.set(name, was);
                replaceEach(was, mark, each);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode was = array.get(i);
                array.set(i, marked);
                each.run();
                array.set(i, was);
                replaceEach(was, mark, each);
            }
        }
    }

    /** Wrong passwords are the least of what is sent here. */
    private void forget(String user) {
        ReflectionTestUtils.invokeMethod(context.getBean(LoginThrottle.class), "succeeded", user, "127.0.0.1");
    }

    private void tryAll(String user, String method, String path, String wellFormed) throws Exception {
        List<String> bodies = mutations(wellFormed);
        Caller rest = rest(user);
        Caller web = Caller.web(port, user);
        List<String> wrong = new ArrayList<>();
        Consumer<Runnable> collect = attempt -> {
            forget(user);
            try {
                attempt.run();
            } catch (AssertionError | IllegalStateException | java.io.UncheckedIOException failed) {
                wrong.add(failed.getMessage());
            }
        };
        for (int i = 0; i < bodies.size(); i++) {
            String body = bodies.get(i);
            String call = method + " " + path + " " + (body.length() > 150 ? body.substring(0, 150) + "..." : body);
            collect.accept(() -> isAnswered(rest.call(method, Caller.REST + path, body), call));
            // The same code behind another API.
            if (i < BODIES.size() || i % 5 == 0) {
                collect.accept(() -> isAnswered(web.call(method, Caller.WEB + path, body), "web " + call));
            }
        }
        for (String type : List.of("text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=", MULTIPART,
            "application/json; charset=nope", "nonsense", "/")) {
            collect.accept(() -> isAnswered(rest.send(method, Caller.REST + path, wellFormed, "Content-Type", type), type + " " + path));
        }
        USERS.forEach(this::forget);
        assertThat(wrong).as("%d bodies", bodies.size()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/changes", "/roll-outs", "/api/changes", "/api/audit", "/api/audit.csv", "/api/roll-outs/x/rows",
        "/api/roll-outs/x/terraform"})
    void aFormWithoutABoundaryIsRefused(String path) {
        Answer answer = rest("operator").send("GET", path, null, "Content-Type", "multipart/form-data", "Accept", "application/json");
        isAnswered(answer, path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "admin    | POST | /user/create | {'profile': {'id': 'a b', 'firstName': 'F', 'email': 'e'}, 'credentials': {'password': 'p'}}",
        "admin    | PUT  | /user/fuzzed/profile | {'id': 'a b', 'firstName': 'F', 'email': 'e'}",
        "admin    | PUT  | /user/fuzzed/credentials | {'password': 'p', 'authenticatedUserPassword': 'x'}",
        "admin    | POST | /user/nobody/unlock | {}",
        "admin    | POST | /group/create | {'id': 'a b', 'name': 'N', 'type': 'T'}",
        "admin    | PUT  | /group/fuzzed | {'id': 'a b', 'name': 'N', 'type': 'T'}",
        "admin    | POST | /tenant/create | {'id': 'a b', 'name': 'N'}",
        "admin    | PUT  | /group/fuzzed/members/fuzzed | {}",
        "admin    | POST | /authorization/create | {'type': 1, 'permissions': ['READ'], 'userId': 'x', 'resourceType': 7,"
            + " 'resourceId': 'x'}",
        "admin    | PUT  | /authorization/none | {'permissions': ['READ'], 'userId': 'x', 'resourceType': 7, 'resourceId': 'x'}",
        "approver | POST | /filter/create | {'resourceType': 'Task', 'name': 'N', 'owner': 'approver', 'query': {'name': 'x',"
            + " 'priority': 1, 'sorting': [{'sortBy': 'id', 'sortOrder': 'asc'}]}, 'properties': {'a': 1}}",
        "operator | POST | /message | {'messageName': 'RollBack', 'processInstanceId': 'x', 'resultEnabled': false}",
        "operator | PUT  | /job/x/retries | {'dueDate': '2026-01-31T12:00:00.000+0000'}",
        "admin    | POST | /task | {'name': 'x', 'priority': 1, 'dueAfter': 'x', 'candidateGroups': ['g'], 'orQueries': [{'name': 'x'}],"
            + " 'processVariables': [{'name': 'x', 'operator': 'eq', 'value': 1}], 'sorting': [{'sortBy': 'id', 'sortOrder': 'asc'}]}",
        "admin    | POST | /history/process-instance/count | {'processInstanceIds': ['x'], 'startedAfter': 'x',"
            + " 'variables': [{'name': 'x', 'operator': 'gt', 'value': 1}], 'orQueries': [{'finished': true}]}",
        "admin    | POST | /variable-instance | {'variableValues': [{'name': 'x', 'operator': 'eq', 'value': 'y'}],"
            + " 'processInstanceIdIn': ['x']}",
        "admin    | POST | /process-definition/x/start | {'variables': {}}"})
    void noBodyCausesAServerError(String user, String method, String path, String body) throws Exception {
        user("fuzzed");
        tryAll(user, method, path, body.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/task", "/history/task", "/process-instance", "/job", "/user", "/group", "/filter", "/authorization"})
    void invalidPagingIsRefused(String path) {
        for (String page : List.of("firstResult=-5", "maxResults=-5", "firstResult=-1&maxResults=-1")) {
            Answer answer = rest("admin").call("GET", Caller.REST + path + "?" + page, null);
            assertThat(answer.status()).as(page + answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("must not be negative");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/process-definition/key/configure-mfa-sign-on/start", "/process-definition/key/roll-out-sign-on/start",
        "/process-definition/key/configure-mfa-sign-on/submit-form"})
    void noStartCausesAServerError(String path) throws Exception {
        tryAll("requester", "POST", path, VARIABLES.formatted("applicationName").replaceFirst("}$", ", \"businessKey\": \"k\"}"));
        tryAll("requester", "POST", path, """
            {"variables": {"list": {"type": "File", "value": "eA==",
            "valueInfo": {"filename": "x", "mimeType": "text/csv", "encoding": "UTF-8"}}}}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complete", "submit-form", "claim", "unclaim", "comment/create"})
    void noTaskOperationCausesAServerError(String what) throws Exception {
        Task task = waiting("requester", "App", "Policy");
        String body = what.startsWith("comment") ? "{\"message\": \"x\"}" : what.contains("claim") ? "{\"userId\": \"x\"}"
            : VARIABLES.formatted("decision");
        tryAll("approver", "POST", "/task/" + task.getId() + "/" + what, body);
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).as("still undecided").isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"decision\": null}       | decision: must be an object with a value, such as {\"value\": \"x\"}.",
        "{\"decision\": \"decline\"} | decision: must be an object with a value, such as {\"value\": \"x\"}.",
        "[]                         | variables: must be an object."})
    void untypedDecisionsAreRefused(String variables, String sentence) {
        Task task = waiting("requester", "App", "Policy");
        Answer answer = rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete",
            "{\"variables\": " + variables + "}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"File\"}", "{\"type\": \"File\", \"value\": \"eA==\"}",
        "{\"type\": \"File\", \"value\": \"eA==\", \"valueInfo\": {}}", "{\"type\": \"File\", \"value\": \"eA==\", \"valueInfo\": \"x\"}",
        "{\"type\": \"File\", \"value\": \"eA==\", \"valueInfo\": {\"filename\": null}}",
        "{\"type\": \"File\", \"value\": \"eA==\", \"valueInfo\": {\"filename\": \"x\", \"mimeType\": null}}",
        "{\"type\": \"File\", \"value\": \"a,b\", \"valueInfo\": {\"filename\": \"x\"}}",
        "{\"type\": \"File\", \"value\": 5, \"valueInfo\": {\"filename\": \"x\"}}"})
    void invalidUploadsAreRefused(String list) {
        Answer answer = rest("requester").call("POST", "/engine-rest/process-definition/key/roll-out-sign-on/start",
            "{\"variables\": {\"list\": " + list + "}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(message(answer)).startsWith("list: must be a file, such as {\"type\": \"File\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest/task?firstResult=-1", "/engine-rest/task?maxResults=x", "/engine-rest/task?maxResults=-1",
        "/engine-rest/task?maxResults=99999999999", "/engine-rest/task?sortBy=x", "/engine-rest/task?sortBy=id&sortOrder=x",
        "/engine-rest/task?dueAfter=x", "/engine-rest/task?createdAfter=2026-99-99T00:00:00.000%2B0000",
        "/engine-rest/task?processVariables=x", "/engine-rest/task?processVariables=x_y_z", "/engine-rest/task?name=%00&priority=x",
        "/engine-rest/history/process-instance?startedAfter=x", "/engine-rest/process-instance?variables=x_gt_true",
        "/engine-rest/authorization?resourceType=x", "/engine-rest/job?dueDates=lt_x", "/engine-rest/task/x/deployed-form",
        "/engine-rest/task/x/form-variables", "/engine-rest/process-definition/x/startForm", "/engine-rest/deployment/x/resources/y/data",
        "/engine-rest/filter/x/list", "/engine-rest/engine/x/task", "/engine-rest/nothing", "/engine-rest/task/x%0d%0a",
        "/api/roll-outs/x", "/api/roll-outs/a%0ab", "/api/roll-outs/x/rows?limit=x", "/api/roll-outs/x/rows?state=x", "/api/nothing",
        "/environments/x", "/error", "/actuator/x"})
    void noQueryCausesAServerError(String path) {
        isAnswered(rest("admin").call("GET", path, null), path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=utf-16", "application/json;charset=nope", "application/json; Charset=\"iso-8859-1\"",
        "application/*;charset=utf-16", "*/*;charset=utf-16", "application/problem+json;charset=utf-16", "text/csv;charset=utf-16",
        "application/yaml", "application/xml", "text/event-stream", "application/json;q=0", "application/json;version=2",
        "application/*+json", "*/json", "nonsense", "/", ",", "a/b;c", "application/json;q=x", "nonsense, application/json"})
    void noAcceptedTypeCausesAServerError(String accepted) {
        for (String path : List.of("/api/roll-outs", "/api/roll-outs/x", "/api/roll-outs/x/report.csv", "/environments",
            "/environments/sandbox", "/api/nothing", "/error", "/actuator/health", "/actuator/info", "/actuator/x", "/v3/api-docs",
            "/openapi.json", "/engine-rest/task", "/engine-rest/task/x", "/engine-rest/nothing")) {
            for (Caller caller : List.of(rest("admin"), Caller.nobody(port))) {
                isAnswered(caller.send("GET", path, null, "Accept", accepted), accepted + " " + path);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=utf-16", "application/json;charset=nope"})
    void jsonIsInUtf8WhateverIsAskedFor(String accepted) {
        for (String path : List.of("/api/roll-outs", "/openapi.json", "/engine-rest/task")) {
            Answer answer = rest("admin").send("GET", path, null, "Accept", accepted);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        }
    }

    @Test
    void whatHasEndedIsReportedInPlainWords() {
        Task task = waiting("requester", "App", "Policy");
        String instance = task.getProcessInstanceId();
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", DECLINE).status()).isEqualTo(204);
        run(instance);
        String noTask = "There is no such task: it has been completed, or never existed.";
        String nothing = "There is nothing to roll back: the process instance has ended, is being rolled back already, or never existed.";
        for (String id : List.of(task.getId(), "never")) {
            for (String what : List.of("complete", "submit-form")) {
                isRefused("approver", "POST", "/task/" + id + "/" + what, APPROVE, 404, noTask);
            }
            isRefused("approver", "POST", "/task/" + id + "/claim", "{\"userId\": \"approver\"}", 404, noTask);
            isRefused("approver", "GET", "/task/" + id + "/form-variables", null, 400, noTask);
            isRefused("approver", "GET", "/task/" + id + "/form", null, 404, noTask);
        }
        for (String id : List.of(instance, "never")) {
            for (String by : List.of("processInstanceId", "businessKey")) {
                isRefused("operator", "POST", "/message", "{\"messageName\": \"RollBack\", \"" + by + "\": \"" + id + "\"}", 400, nothing);
            }
            isRefused("operator", "GET", "/process-instance/" + id + "/variables", null, 404,
                "There is no such process instance: it has ended, or never existed.");
        }
        isRefused("operator", "PUT", "/job/never/retries", "{\"retries\": 1}", 400,
            "There is no such job: it has been carried out, or never existed.");
        isRefused("requester", "POST", "/process-definition/never/start", "{}", 404, "There is no such process definition.");
        start("requester", "Twice", "Same");
        start("requester", "Twice", "Same");
        isRefused("operator", "POST", "/message", "{\"messageName\": \"RollBack\", \"businessKey\": \"Twice / Same\"}", 400,
            "businessKey: more than one process instance has it; name one by its processInstanceId.");
    }

    private void isRefused(String user, String method, String path, String body, int status, String sentence) {
        for (Answer answer : List.of(rest(user).call(method, Caller.REST + path, body),
            Caller.web(port, user).call(method, Caller.WEB + path, body))) {
            assertThat(answer.status()).as(path + answer.body()).isEqualTo(status);
            assertThat(message(answer)).as(path).isEqualTo(sentence);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "yes", "on", "TRUE", "true ", ""})
    void invalidBooleansAreRefused(String value) {
        Answer form = rest("requester").send("POST", "/api/roll-outs", """
            --b\r
            Content-Disposition: form-data; name="list"; filename="x.csv"\r
            \r
            applicationName,policyName\na,b\n\r
            --b\r
            Content-Disposition: form-data; name="name"\r
            \r
            n\r
            --b\r
            Content-Disposition: form-data; name="plan"\r
            \r
            %s\r
            --b--\r
            """.formatted(value), "Content-Type", MULTIPART);
        assertThat(form.status()).as(form.body()).isEqualTo(400);
        assertThat(message(form)).isEqualTo("plan: must be true or false. Nothing was started.");
        for (String start : List.of("{\"variables\": {\"approvalRequired\": {\"type\": \"Boolean\", \"value\": \"" + value + "\"}}}",
            "{\"variables\": {}, \"withVariablesInReturn\": \"" + value + "\"}", "{\"variables\": {}, \"withVariablesInReturn\": 1}")) {
            Answer answer = rest("requester").call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start", start);
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(message(answer)).endsWith(": must be true or false.");
        }
        assertThat(runtime.createProcessInstanceQuery().count()).as("nothing was started").isZero();
    }

    /** Values given twice, or as a file, are refused rather than interpreted. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"'' | plan | plan | plan: must be given once.", "?plan=false | plan | | plan: must be given once.",
        "'' | plan; filename=x | | plan: must not be a file.", "'' | list; filename=y.csv | | list: must be one file."})
    void duplicateValuesAreRefused(String query, String part, String another, String sentence) {
        StringBuilder form = new StringBuilder("--b\r\nContent-Disposition: form-data; name=list; filename=x.csv\r\n\r\n"
            + "applicationName,policyName\na,b\n\r\n--b\r\nContent-Disposition: form-data; name=name\r\n\r\nn\r\n");
        Stream.of(part, another).filter(Objects::nonNull).forEach(name -> form.append(
            "--b\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n".formatted(name, "true")));
        Answer answer = rest("requester").send("POST", "/api/roll-outs" + query, form + "--b--\r\n", "Content-Type", MULTIPART);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo(sentence + " Nothing was started.");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'messageName': 'RollBack'}", "{'messageName': 'RollBack', 'processInstanceId': null}",
        "{'messageName': 'RollBack', 'processInstanceId': ' ', 'businessKey': ''}"})
    void messagesWithoutARecipientAreRefused(String body) {
        Answer answer = rest("operator").call("POST", "/engine-rest/message", body.replace('\'', '"'));
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo("processInstanceId: either this or businessKey is required.");
    }

    @ParameterizedTest
    @CsvSource({"multipart/form-data, {}", "multipart/form-data; boundary=, --b", "multipart/form-data; boundary=b, ''",
        "multipart/form-data; boundary=b, --b", "multipart/form-data; boundary=b, --b--", "text/plain, x", "application/json, {}"})
    void malformedFormsAreRefused(String type, String body) {
        Answer answer = rest("requester").send("POST", "/api/roll-outs", body, "Content-Type", type);
        assertThat(answer.status()).as(answer.body()).isIn(400, 415);
        assertThat(message(answer)).isNotBlank();
    }
}
