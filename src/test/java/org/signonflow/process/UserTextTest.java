package org.signonflow.process;

import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.PlainText;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureTestRestTemplate;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** User-entered text, wherever it is stored: text that is too long, not valid characters or hidden is refused, on every database alike. */
@TestPropertySource(properties = {"signonflow.security.administration=true", "signonflow.limits.plans-per-minute=0"})
@AutoConfigureTestRestTemplate
class UserTextTest extends FlowTest {

    private static final String EMOJI = "\uD83D\uDE00";
    private static final String LONGEST = "x".repeat(255);
    private static final String START = "/engine-rest/process-definition/key/configure-mfa-sign-on/";
    private static final List<String> UNSTORABLE = List.of("a\0b", "half \uD83D", "\uFFFE");
    private static final List<String> TOO_LONG = List.of(LONGEST + "x", EMOJI.repeat(130));
    private static final List<String> HIDDEN = List.of("gnp\u202Eexe", "Shop\u200B", "\u2066Shop", "\uFEFFShop", "Sh\u00ADop", "\u2800");

    @Autowired
    IdentityService identities;
    @Autowired
    FilterService filters;
    @Autowired
    JdbcTemplate jdbc;
    private TestRestTemplate anonymous;
    private TestRestTemplate rest;

    @BeforeEach
    void logIn(@Autowired TestRestTemplate rest) {
        anonymous = rest;
        this.rest = rest.withBasicAuth("admin", "admin-sandbox");
    }

    @AfterEach
    void forget() {
        tasks.createTaskQuery().list().stream().filter(task -> task.getProcessInstanceId() == null)
            .forEach(task -> tasks.deleteTask(task.getId(), true));
        identities.deleteUser("texts");
        identities.deleteGroup("texts");
        identities.deleteTenant("texts");
    }

    /** As sent over the wire, including what is not valid text. */
    private static String json(String text) {
        return "\"" + text.chars().mapToObj(c -> c >= ' ' && c < 127 && c != '"' && c != '\\' ? String.valueOf((char) c)
            : "\\u%04x".formatted(c)).collect(Collectors.joining()) + "\"";
    }

    private ResponseEntity<JsonNode> call(HttpMethod method, String path, String body) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        return rest.exchange(path, method, new HttpEntity<>(body, headers), JsonNode.class);
    }

    private void refused(ResponseEntity<JsonNode> answer, String field, String text) {
        String shown = "%s of %d, U+%04X...: %s".formatted(field, text.length(), text.codePointAt(text.length() - 1), answer);
        assertThat(answer.getStatusCode().value()).as(shown).isEqualTo(400);
        JsonNode said = answer.getBody();
        assertThat(said.path("message").asString("") + said.path("problems").path(0).path("field").asString("") + ": "
            + said.path("problems").path(0).path("reason").asString("")).as(shown).contains(field + ": must ").doesNotContain("ENGINE-");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    private static List<String> all() {
        return Stream.of(UNSTORABLE, TOO_LONG, HIDDEN, List.of("two\nlines")).flatMap(List::stream).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "submit-form"})
    void theBusinessKeyOfAFlow(String operation) {
        String start = "{\"businessKey\": %s, \"variables\": {\"applicationName\": {\"value\": \"App\"}, "
            + "\"policyName\": {\"value\": \"P\"}}}";
        for (String text : all()) {
            refused(call(HttpMethod.POST, START + operation, start.formatted(json(text))), "businessKey", text);
        }
        for (String text : List.of(LONGEST, EMOJI.repeat(127))) {
            ResponseEntity<JsonNode> answer = call(HttpMethod.POST, START + operation, start.formatted(json(text))
                .replace("\"P\"", "\"P" + text.length() + "\""));
            assertThat(answer.getStatusCode().value()).as(String.valueOf(answer)).isEqualTo(200);
            ProcessInstance flow = runtime.createProcessInstanceQuery().processInstanceBusinessKey(text).singleResult();
            run(flow);
            assertThat(tasks.createTaskQuery().processInstanceBusinessKey(text).count()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"applicationName", "applicationDescription", "policyName", "policyDescription", "redirectUris", "scopes"})
    void theTextsOfAFlow(String variable) {
        for (String text : all()) {
            if (TOO_LONG.contains(text)) {
                continue;
            }
            String given = "{\"variables\": {\"applicationName\": {\"value\": \"App\"}, \"policyName\": {\"value\": \"P\"}, "
                + "\"%s\": {\"value\": %s}}}";
            String once = variable.matches("applicationName|policyName") ? given.replaceFirst("\"" + variable + ".*?}, ", "") : given;
            refused(call(HttpMethod.POST, START + "start", once.formatted(variable, json(text))), variable, text);
        }
    }

    private ResponseEntity<JsonNode> rollOut(String name, String list, String fileName, String... more) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("name", name);
        for (int i = 0; i < more.length; i += 2) {
            form.add(more[i], more[i + 1]);
        }
        form.add("list", new ByteArrayResource(list.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public String getFilename() {
                return fileName;
            }
        });
        return rest.exchange("/api/roll-outs", HttpMethod.POST, new HttpEntity<>(form), JsonNode.class);
    }

    private static String rollOut(String key, String name) {
        return """
            {"businessKey": %s, "variables": {"name": {"value": %s},
            "list": {"type": "File", "value": "%s", "valueInfo": {"filename": "x.csv"}}}}"""
            .formatted(key == null ? null : json(key), json(name),
                Base64.getEncoder().encodeToString("applicationName,policyName\nApp,P\n".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theNameOfARollOut() {
        String start = "/engine-rest/process-definition/key/roll-out-sign-on/start";
        for (String text : all()) {
            if (!text.contains("\uD83D") || text.length() > 10) {
                refused(rollOut(text, "applicationName,policyName\nApp,P\n", "x.csv"), "name", text);
            }
            refused(call(HttpMethod.POST, start, rollOut(null, text)), "name", text);
            refused(call(HttpMethod.POST, start, rollOut(text, "Autumn")), "businessKey", text);
        }
        // The keys of the rows contain it, with the line.
        String families = EMOJI.repeat(60) + "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67".repeat(16);
        for (String text : List.of(LONGEST, EMOJI.repeat(127), families)) {
            before = sandbox.objects();
            ResponseEntity<JsonNode> answer = rollOut(text, "applicationName,policyName\nApp %1$d,P%1$d\n".formatted(text.hashCode()),
                "x.csv");
            assertThat(answer.getStatusCode().value()).as(String.valueOf(answer)).isEqualTo(201);
            String id = answer.getBody().get("id").asString();
            assertThat(runtime.createProcessInstanceQuery().processInstanceId(id).singleResult().getBusinessKey()).isEqualTo(text);
            for (int i = 0; i < 8; i++) {
                runtime.createProcessInstanceQuery().list().forEach(this::run);
                pass(Duration.ofSeconds(10));
            }
            ProcessInstance row = runtime.createProcessInstanceQuery().processDefinitionKey("roll-out-application").list().stream()
                .filter(one -> id.equals(runtime.getVariable(one.getId(), "rollOut"))).findFirst().orElseThrow();
            assertThat(row.getBusinessKey()).startsWith(text.substring(0, 240)).endsWith("/2").hasSizeLessThanOrEqualTo(255);
            assertThat(PlainText.problem(row.getBusinessKey())).isEmpty();
            assertThat(tasks.createTaskQuery().processInstanceId(id).count()).as("not stuck").isEqualTo(1);
        }
    }

    @Test
    void theFileOfARollOut() {
        for (String text : List.of("applicationName,policyName\nA\u202Epp,P\n", "applicationName,policyName\nA\u200Bpp,P\n")) {
            refused(rollOut("Autumn", text, "x.csv"), "applicationName", text);
        }
        assertThat(rollOut("Autumn", "applicationName,policyName\nApp,P\n", LONGEST + "\u202E.csv").getStatusCode().value()).isIn(201, 400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "firstName  | /user/create | {'profile': {'id': 'texts', 'firstName': @, 'lastName': 'L'}, 'credentials': {'password': 'texts-12'}}",
        "lastName   | /user/create | {'profile': {'id': 'texts', 'firstName': 'F', 'lastName': @}, 'credentials': {'password': 'texts-12'}}",
        "email      | /user/create | {'profile': {'id': 'texts', 'email': @}, 'credentials': {'password': 'texts-12'}}",
        "name       | /group/create | {'id': 'texts', 'name': @, 'type': 'T'}",
        "type       | /group/create | {'id': 'texts', 'name': 'N', 'type': @}",
        "name       | /tenant/create | {'id': 'texts', 'name': @}",
        "name       | /filter/create | {'resourceType': 'Task', 'name': @, 'query': {}, 'properties': {}}",
        "resourceId | /authorization/create | {'type': 1, 'permissions': ['READ'], 'userId': 'x', 'resourceType': 7, 'resourceId': @}",
        "userId     | /authorization/create | {'type': 1, 'permissions': ['READ'], 'userId': @, 'resourceType': 7, 'resourceId': 'x'}",
        "name       | /task/create | {'id': 'texts', 'name': @}",
        "owner      | /task/create | {'id': 'texts', 'name': 'N', 'owner': @}"})
    void namesGivenByAnAdministrator(String field, String path, String body) {
        long filtersBefore = filters.createFilterQuery().count();
        List<String> lines = path.startsWith("/task") ? List.of() : List.of("two\nlines", "a\u0085b");
        for (String text : Stream.of(UNSTORABLE, TOO_LONG, HIDDEN, lines).flatMap(List::stream).toList()) {
            refused(call(HttpMethod.POST, "/engine-rest" + path, body.replace('\'', '"').replace("@", json(text))), field, text);
        }
        assertThat(identities.createUserQuery().userId("texts").count() + identities.createGroupQuery().groupId("texts").count()
            + identities.createTenantQuery().tenantId("texts").count() + tasks.createTaskQuery().taskId("texts").count()).isZero();
        assertThat(filters.createFilterQuery().count()).isEqualTo(filtersBefore);
        ResponseEntity<JsonNode> fits = call(HttpMethod.POST, "/engine-rest" + path,
            body.replace('\'', '"').replace("@", json(EMOJI.repeat(127))));
        assertThat(fits.getStatusCode().value()).as(String.valueOf(fits)).isIn(200, 204);
    }

    @Test
    void changesMadeLater() {
        call(HttpMethod.POST, "/engine-rest/user/create", """
            {"profile": {"id": "texts", "firstName": "F", "lastName": "L"}, "credentials": {"password": "texts-sandbox"}}""");
        call(HttpMethod.POST, "/engine-rest/group/create", "{\"id\": \"texts\", \"name\": \"N\", \"type\": \"T\"}");
        call(HttpMethod.POST, "/engine-rest/task/create", "{\"id\": \"texts\", \"name\": \"N\"}");
        for (String text : Stream.of(UNSTORABLE, TOO_LONG, HIDDEN).flatMap(List::stream).toList()) {
            refused(call(HttpMethod.PUT, "/engine-rest/user/texts/profile", "{\"id\": \"texts\", \"firstName\": %s, \"lastName\": \"L\"}"
                .formatted(json(text))), "firstName", text);
            refused(call(HttpMethod.PUT, "/engine-rest/group/texts", "{\"id\": \"texts\", \"name\": %s}".formatted(json(text))),
                "name", text);
            refused(call(HttpMethod.PUT, "/engine-rest/task/texts", "{\"name\": %s}".formatted(json(text))), "name", text);
            if (!text.startsWith("half")) {
                // The engine's reader does not accept this as a member name.
                refused(call(HttpMethod.POST, "/engine-rest/task/texts/localVariables", "{\"modifications\": {%s: {\"value\": \"x\"}}}"
                    .formatted(json(text))), "variableName", text);
            }
        }
        for (String text : UNSTORABLE) {
            refused(call(HttpMethod.PUT, "/engine-rest/task/texts", "{\"name\": \"N\", \"description\": %s}".formatted(json(text))),
                "description", text);
            refused(call(HttpMethod.PUT, "/engine-rest/task/texts/localVariables/a", "{\"value\": %s}".formatted(json(text))),
                "textValue", text);
        }
        refused(call(HttpMethod.PUT, "/engine-rest/task/texts/localVariables/a", "{\"value\": %s}".formatted(json(EMOJI.repeat(2_001)))),
            "textValue", EMOJI);
        assertThat(call(HttpMethod.PUT, "/engine-rest/task/texts", "{\"name\": \"N\", \"description\": \"two\\nlines\"}").getStatusCode()
            .value()).isEqualTo(204);
        assertThat(identities.createUserQuery().userId("texts").singleResult().getFirstName()).isEqualTo("F");
        assertThat(identities.createGroupQuery().groupId("texts").singleResult().getName()).isEqualTo("N");
    }

    @Test
    void commentsOnAnApproval() throws Exception {
        ProcessInstance flow = runtime.startProcessInstanceByKey("configure-mfa-sign-on", "key",
            Map.of("applicationName", "App", "policyName", "Policy"));
        run(flow);
        Task task = tasks.createTaskQuery().singleResult();
        rest = anonymous.withBasicAuth("approver", "approver-sandbox");
        String path = "/engine-rest/task/" + task.getId();
        for (String text : UNSTORABLE) {
            ResponseEntity<JsonNode> comment = call(HttpMethod.POST, path + "/comment/create", "{\"message\": %s}".formatted(json(text)));
            assertThat(comment.getStatusCode().value()).isEqualTo(400);
            assertThat(comment.getBody().path("message").asString()).startsWith("message: must not contain U+");
            ResponseEntity<JsonNode> decision = call(HttpMethod.POST, path + "/complete",
                "{\"variables\": {\"decision\": {\"value\": \"decline\"}, \"comment\": {\"value\": %s}}}".formatted(json(text)));
            assertThat(decision.getStatusCode().value()).isEqualTo(400);
            assertThat(decision.getBody().path("message").asString()).startsWith("comment: must not contain");
        }
        // The engine keeps 163 characters of it, to begin with.
        for (String text : List.of("x" + EMOJI.repeat(150), "a comment\nin two lines", "x".repeat(4_000))) {
            ResponseEntity<JsonNode> comment = call(HttpMethod.POST, path + "/comment/create", "{\"message\": %s}".formatted(json(text)));
            assertThat(comment.getStatusCode().value()).as(String.valueOf(comment)).isEqualTo(200);
        }
        assertThat(tasks.getTaskComments(task.getId())).hasSize(3);
    }

    /** An earlier version accepted it. */
    @Test
    void anInstanceWithSuchAKeyCanStillBeDecided() {
        ProcessInstance flow = runtime.startProcessInstanceByKey("configure-mfa-sign-on", "key",
            Map.of("applicationName", "App", "policyName", "Policy"));
        String key = "old\u202E\uFFFEkey";
        for (String table : List.of("ACT_RU_EXECUTION", "ACT_HI_PROCINST")) {
            jdbc.update("update " + table + " set BUSINESS_KEY_ = ? where ID_ = ?", key, flow.getId());
        }
        run(flow);
        Task task = tasks.createTaskQuery().processInstanceBusinessKey(key).singleResult();
        rest = anonymous.withBasicAuth("approver", "approver-sandbox");
        ResponseEntity<JsonNode> decision = call(HttpMethod.POST, "/engine-rest/task/" + task.getId() + "/complete",
            "{\"variables\": {\"decision\": {\"value\": \"approve\"}}}");
        assertThat(decision.getStatusCode().value()).as(String.valueOf(decision)).isEqualTo(204);
        run(flow);
        assertThat(history.createHistoricVariableInstanceQuery().processInstanceId(flow.getId()).variableName("outcome").singleResult()
            .getValue()).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest/task?name=%00", "/engine-rest/process-instance?businessKey=a%00", "/engine-rest/user?id=a%00",
        "/engine-rest/user/a%00/profile"})
    void queryParameters(String path) {
        ResponseEntity<String> answer = rest.getForEntity(URI.create(rest.getRootUri() + path), String.class);
        assertThat(answer.getStatusCode().value()).as(String.valueOf(answer)).isEqualTo(400);
    }

    @Test
    void loginNames() {
        for (String user : UNSTORABLE) {
            HttpHeaders headers = new HttpHeaders();
            headers.set(HttpHeaders.AUTHORIZATION,
                "Basic " + Base64.getEncoder().encodeToString((user + ":x").getBytes(StandardCharsets.UTF_8)));
            assertThat(anonymous.exchange("/engine-rest/task", HttpMethod.GET, new HttpEntity<>(headers), String.class).getStatusCode()
                .value()).isEqualTo(401);
        }
    }
}
