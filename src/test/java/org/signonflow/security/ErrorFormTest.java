package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** All refusals have the same format, and Camunda's format where Camunda's interfaces are called. */
class ErrorFormTest extends RunningApp {

    private static final String LIST = "applicationName,policyName\nApp,Policy\n";

    private static String form(String list, String plan) {
        return """
            --b\r
            Content-Disposition: form-data; name="%s"; filename="a.csv"\r
            \r
            %s\r
            --b\r
            Content-Disposition: form-data; name="name"\r
            \r
            Autumn\r
            --b\r
            Content-Disposition: form-data; name="plan"\r
            \r
            %s\r
            --b--\r
            """.formatted(list.isEmpty() ? "other" : "list", list, plan);
    }

    private Caller caller(String user) {
        return user == null ? Caller.nobody(port) : rest(user);
    }

    private static void hasOurFormat(Answer answer, int status, String sentence) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as(answer.body()).isEqualTo("application/problem+json");
        JsonNode said = answer.json();
        assertThat(said.path("status").asInt()).isEqualTo(status);
        assertThat(said.path("title").asString("")).isNotBlank();
        assertThat(said.path("detail").asString("")).isEqualTo(sentence);
        assertThat(said.path("message").asString("")).isEqualTo(sentence);
        assertThat(said.has("type")).as("but about:blank, which is implied").isFalse();
    }

    private static void hasCamundasFormat(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).as(answer.body()).isEqualTo("application/json");
        assertThat(answer.json().path("type").asString("")).as(answer.body()).isNotBlank();
        assertThat(answer.json().path("message").asString("")).as(answer.body()).isNotBlank();
        assertThat(answer.json().has("detail")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "         | GET    | /api/roll-outs               | 401 | Authentication is required: the user name or the password is missing or wrong.",
        "         | GET    | /nowhere                     | 401 | Authentication is required: the user name or the password is missing or wrong.",
        "operator | POST   | /api/roll-outs               | 403 | You are not allowed to do or see this.",
        "admin    | GET    | /webjars/camunda/x           | 403 | You are not allowed to do or see this.",
        "admin    | GET    | /webjars/swagger-ui/index.html | 403 | You are not allowed to do or see this.",
        "admin    | GET    | /error                       | 403 | You are not allowed to do or see this.",
        "admin    | GET    | /api/roll-outs/x             | 404 | There is no such roll-out.",
        "admin    | GET    | /api/roll-outs/x/rows?limit=0| 400 | limit: must be from 1 to 1,000.",
        "admin    | GET    | /api/roll-outs/x/rows?limit=x| 400 | limit: must be a whole number.",
        "admin    | GET    | /environments/x              | 404 | There is no such PingOne environment.",
        "admin    | GET    | /api/nothing                 | 404 | There is nothing at this address.",
        "admin    | GET    | /actuator/nothing            | 404 | There is nothing at this address.",
        "admin    | GET    | /api/changes/x               | 404 | There is no such change.",
        "admin    | GET    | /api/changes?limit=0          | 400 | limit: must be from 1 to 1,000.",
        "admin    | GET    | /api/changes?from=yesterday   | 400 | from: must be a time such as 2026-01-31T12:00:00Z.",
        "admin    | DELETE | /api/roll-outs/x             | 405 | Method 'DELETE' is not supported.",
        "admin    | GET    | /a;b                         | 400 | The request is malformed: its address, its headers or its body.",
        "admin    | TRACE  | /api/roll-outs               | 405 | TRACE method is not allowed"})
    void ourOwnEndpointsUseOurFormat(String user, String method, String path, int status, String sentence) {
        Answer answer = caller(user).send(method, path, null, "Accept", "application/json");
        hasOurFormat(answer, status, sentence);
        assertThat(answer.json().path("instance").asString("")).isEqualTo(path.replaceFirst("\\?.*", ""));
        hasOurFormat(caller(user).send(method, path, null, "Accept", "image/png"), status, sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
        "requester | none     | no      | 400 | plan: must be true or false. Nothing was started.",
        "requester | ''       | true    | 400 | list: is required, a CSV or JSON file.",
        "requester | bad      | true    | 400 | The list cannot be accepted. Nothing was started.",
        "requester | 9 MiB    | true    | 413 | list: must have at most 8 MiB.",
        "requester | 13 MiB   | true    | 413 | The request is too large: the limit here is 12 MiB.",
        "operator  | 1 MiB    | true    | 403 | You are not allowed to do or see this."})
    void soDoesTheUploadOfALargeList(String user, String list, String plan, int status, String sentence) {
        String sent = list == null ? LIST : list.endsWith("MiB") ? "x".repeat(Integer.parseInt(list.split(" ")[0]) << 20) : list;
        Answer answer = rest(user).send("POST", "/api/roll-outs", form(sent, plan), "Content-Type", "multipart/form-data; boundary=b");
        hasOurFormat(answer, status, sentence);
        assertThat(answer.json().path("problems").size()).as(answer.body()).isEqualTo("bad".equals(list) ? 1 : 0);
    }

    @Test
    void soDoErrorsFromPingOne() {
        String type = "multipart/form-data; boundary=b";
        Answer taken = rest("requester").send("POST", "/api/roll-outs", form("applicationName,policyName\nApp,Single_Factor\n", "false"),
            "Content-Type", type);
        hasOurFormat(taken, 409, "PingOne's current state does not allow this. Nothing was started.");
        assertThat(taken.json().path("problems").path(0).path("field").asString("")).isEqualTo("policyName");
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", "{\"effect\": \"status\", \"status\": 400, \"times\": 9}");
        Answer failed = rest("requester").send("POST", "/api/roll-outs", form(LIST, "true"), "Content-Type", type);
        hasOurFormat(failed, 502, failed.json().path("message").asString(""));
        assertThat(failed.json().path("detail").asString("")).endsWith(" Nothing was started.");
    }

    @Test
    void soDoEndpointsThatReturnOtherContent() {
        hasOurFormat(rest("admin").send("GET", "/api/roll-outs/x/report.csv", null, "Accept", "text/csv"), 404, "There is no such roll-out.");
        hasOurFormat(rest("admin").send("GET", "/api/roll-outs", null, "Accept", "image/png"), 406,
            "Acceptable representations: [application/json, application/*+json].");
    }

    @Test
    void soDoFiltersForAllRequests() {
        hasOurFormat(rest("requester").send("POST", "/api/roll-outs", "{}", "Content-Type", "application/json", "Origin",
            "http://evil.example"), 403, "Cross-site requests are not allowed.");
        hasOurFormat(Caller.nobody(port).send("POST", "/api/nothing", "x".repeat(100_000)), 413,
            "The request is too large: the limit here is 64 KiB.");
        hasOurFormat(Caller.web(port, "requester").send("POST", "/api/roll-outs", "x", "Content-Type", "text/plain"), 403,
            "Only pages of this site may make this request.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "         | GET  | /engine-rest/task                    |           | 401",
        "admin    | GET  | /engine-rest/nothing                 |           | 404",
        "admin    | GET  | /engine-rest/task/x                  |           | 404",
        "admin    | GET  | /engine-rest/history/case-instance   |           | 404",
        "admin    | POST | /engine-rest/task/create             | {}        | 403",
        "operator | POST | /engine-rest/message                 | {         | 400",
        "operator | POST | /engine-rest/message                 | too large | 413",
        "         | POST | /camunda/api/admin/auth/user/default/login/tasklist | too large | 413"})
    void camundasEndpointsKeepCamundasFormat(String user, String method, String path, String body, int status) {
        hasCamundasFormat(caller(user).call(method, path, "too large".equals(body) ? "x".repeat(100_000) : body), status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest/task", "/camunda/api/engine/engine/default/task"})
    void crossSiteRequestsToCamundaGetCamundasFormat(String path) {
        hasCamundasFormat(rest("requester").send("POST", path, "{}", "Content-Type", "application/json", "Origin", "http://evil.example"),
            403);
    }

    @ParameterizedTest
    @CsvSource({"/api/roll-outs, true", "/engine-rest/version, false"})
    void passwordGuessersAreToldWhenToRetry(String path, boolean ours) {
        String user = ours ? "guessed" : "guessedREST";
        user(user);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 12 && answers.stream().noneMatch(answer -> answer.status() == 429); i++) {
            answers.add(Caller.basic(port, user, "wrong").call("GET", path, null));
        }
        Answer last = answers.get(answers.size() - 1);
        assertThat(Integer.parseInt(last.header("Retry-After"))).isPositive();
        if (ours) {
            hasOurFormat(last, 429, "Too many attempts: wait as long as the header Retry-After says.");
        } else {
            hasCamundasFormat(last, 429);
        }
    }

    @ParameterizedTest
    @CsvSource({"/error, 403, You are not allowed", "/webjars/camunda/x, 403, You are not allowed", "/a;b, 400, The request is malformed"})
    void aBrowserGetsAPage(String path, int status, String sentence) {
        Answer answer = rest("admin").send("GET", path, null, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.body()).contains("<h1>" + HttpStatus.valueOf(status).getReasonPhrase(), sentence);
    }
}
