package org.signonflow.security;

import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.security.Caller.Answer;
import org.signonflow.security.Endpoints.Endpoint;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What a login to Tasklist or Cockpit is valid for elsewhere: our own pages and their requests, and nothing else. */
class WebSessionTest extends RunningApp {

    private static final Pattern OURS = Pattern.compile("/([\\w-]+\\.(html|js|css)|openapi\\.json)?|/(swagger-ui|v3)/.*"
        + "|/(environments|incidents|roll-outs|changes|api)(/.*)?|/(login|logout)");
    private static final Pattern LOGIN = Pattern.compile("/login(\\.html|\\.js)?|/style\\.css");
    /** The API for machines, and unmapped paths. */
    private static final Set<Integer> SHUT = Set.of(400, 401, 403, 404, 405);

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @AfterEach
    void forget() {
        jdbc.update("delete from signonflow_roll_out");
    }

    @Test
    void isValidForOurOwnPagesAndNothingElse() throws Exception {
        Caller session = Caller.web(port, "admin");
        Caller nobody = Caller.nobody(port);
        TreeSet<String> open = new TreeSet<>();
        for (Endpoint endpoint : Endpoints.of(context)) {
            String path = endpoint.path().replaceAll("\\{[^}]*}|\\*\\*?", "x");
            if (endpoint.method().equals("GET") && !path.startsWith("/camunda/") && !path.startsWith("/actuator/health")
                && !path.equals("/error")) {
                if (!LOGIN.matcher(path).matches()) {
                    assertThat(nobody.call("GET", path, null).status()).as(path).isIn(401, 403, 404);
                }
                int status = session.call("GET", path, null).status();
                if (status != 401 && status != 403) {
                    open.add(path);
                }
                if (OURS.matcher(path).matches()) {
                    assertThat(status).as(path).isIn(200, 302, 404);
                } else {
                    assertThat(status).as(path).isIn(401, 403, 404);
                }
            }
        }
        System.out.println("Open to who is logged in to Tasklist or Cockpit: " + open);
        assertThat(open).contains("/", "/api/roll-outs", "/roll-outs", "/roll-outs/x", "/environments", "/swagger-ui.html", "/v3/api-docs", "/style.css");
        assertThat(session.call("GET", "/", null).headers().allValues("Set-Cookie")).as("no other session").isEmpty();
    }

    /** Not a challenge, upon which a browser would ask for another login. */
    @ParameterizedTest
    @CsvSource({"/no-such-page, ./", "/no/such/page, ./../../", "/changes/none, ./../", "/favicon.ico, ./"})
    void whereThereIsNothingItIsSaidOnAPageOfOurs(String path, String root) {
        Answer answer = Caller.web(port, "requester").send("GET", path, null, "Accept", "text/html");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("WWW-Authenticate")).isNull();
        assertThat(answer.body()).contains("There is no", "<a href=\"" + root + "changes\">Changes</a>", "Log out", "href=\"" + root + "style.css\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/engine-rest/task", "/engine-rest", "/engine-rest/engine", "//engine-rest/task", "/api/../engine-rest/task",
        "/api/..;/engine-rest/task", "/api/%2e%2e/engine-rest/task", "/api/..%2fengine-rest/task", "/api/x/%2e%2e/%2e%2e/engine-rest/task",
        "/roll-outs/../engine-rest/task", "/roll-outs/..;x=y/engine-rest/task", "/x.html/../engine-rest/task", "/engine-rest/x.html",
        "/engine-rest/../api/../engine-rest/task", "/environments/..%5cengine-rest/task", "/engine-rest/task;x.js", "/engine-rest/task/.css",
        "/actuator/info", "/swagger-ui.html/../actuator/info", "/swagger-ui/../camunda/app/tasklist/index.html", "/webjars/camunda/x.html"})
    void noSpellingBypassesAccessControl(String path) {
        Caller session = Caller.web(port, "admin");
        for (String method : new String[] {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}) {
            Answer answer = session.send(method, path, null, "Sec-Fetch-Site", "same-origin");
            assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isIn(SHUT);
        }
    }

    @Test
    void identifiesTheLoggedInUser() {
        String own = new RollOutFixture(rollOuts, "Own", "requester", 1).id();
        String others = new RollOutFixture(rollOuts, "Other's", "somebody", 1).id();
        assertThat(seen(Caller.web(port, "requester"))).containsExactly(own);
        assertThat(seen(Caller.web(port, "operator"))).containsExactlyInAnyOrder(own, others);
        Caller both = Caller.web(port, "operator");
        assertThat(both.send("GET", "/api/roll-outs", null, "Authorization", "Basic cmVxdWVzdGVyOnJlcXVlc3Rlci1zYW5kYm94").json()
            .findValuesAsString("id")).as("credentials take precedence over the session").containsExactly(own);
        assertThat(both.send("GET", "/api/roll-outs", null, "Authorization", "Basic b3BlcmF0b3I6d3Jvbmc=").status())
            .as("wrong ones as well").isEqualTo(401);
    }

    private static List<String> seen(Caller caller) {
        return caller.call("GET", "/api/roll-outs", null).json().findValuesAsString("id");
    }

    @Test
    void leavingAGroupHidesItsRollOuts() {
        user("mover", Roles.APPROVERS);
        new RollOutFixture(rollOuts, "Other's", "somebody", 1);
        Caller session = Caller.web(port, "mover");
        assertThat(seen(session)).hasSize(1);
        identities.deleteMembership("mover", Roles.APPROVERS);
        assertThat(seen(session)).isEmpty();
        identities.createMembership("mover", Roles.OPERATORS);
        assertThat(seen(session)).hasSize(1);
    }

    @Test
    void deletingAUserEndsTheSession() {
        user("leaver", Roles.APPROVERS);
        Caller session = Caller.web(port, "leaver");
        assertThat(session.call("GET", "/roll-outs", null).status()).isEqualTo(200);
        identities.deleteUser("leaver");
        for (String path : List.of("/", "/roll-outs", "/api/roll-outs", "/environments")) {
            assertThat(session.call("GET", path, null).status()).as(path).isEqualTo(401);
        }
    }

    private enum End { REMOVED, DELETED, NEW_PASSWORD, MADE_AGAIN }

    /** Through the web applications' API, their query for the current user, and our own pages. */
    @ParameterizedTest
    @EnumSource
    void noSessionOutlivesItsUser(End end) {
        user("leaver", Roles.APPROVERS, Roles.OPERATORS);
        Task task = waiting("requester", "App", "Policy");
        Caller session = Caller.web(port, "leaver");
        String path = Caller.WEB + "/task/" + task.getId();
        assertThat(session.call("POST", path + "/claim", "{\"userId\": \"leaver\"}").status()).isEqualTo(204);
        switch (end) {
            case REMOVED -> identities.deleteMembership("leaver", Roles.APPROVERS);
            case DELETED -> identities.deleteUser("leaver");
            case NEW_PASSWORD -> {
                User user = identities.createUserQuery().userId("leaver").singleResult();
                user.setPassword("leaver-sandbox");
                identities.saveUser(user);
            }
            case MADE_AGAIN -> {
                identities.deleteUser("leaver");
                user("leaver", Roles.APPROVERS, Roles.OPERATORS);
            }
        }
        Answer who = session.call("GET", "/camunda/api/admin/auth/user/default", null);
        Answer read = session.call("GET", Caller.WEB + "/process-instance/" + task.getProcessInstanceId(), null);
        Answer own = session.call("GET", "/api/roll-outs", null);
        Answer decision = session.call("POST", path + "/complete", APPROVE);
        System.out.println("A session whose user is " + end + ": who " + who.status() + ", read " + read.status() + ", own pages "
            + own.status() + ", decision " + decision.status());
        identities.deleteUser("leaver");
        if (end == End.REMOVED) {
            assertThat(List.of(who.status(), read.status(), own.status(), decision.status())).containsExactly(200, 200, 200, 403);
        } else {
            assertThat(List.of(who.status(), read.status(), own.status(), decision.status())).containsExactly(404, 401, 401, 401);
        }
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count()).isEqualTo(1);
    }

    @Test
    void removedMembersCanNoLongerStartRetryOrRollBack() {
        String instance = waiting("requester", "App", "Policy").getProcessInstanceId();
        user("leaver", Roles.REQUESTERS, Roles.OPERATORS);
        Caller session = Caller.web(port, "leaver");
        assertThat(session.call("GET", Caller.WEB + "/process-instance/" + instance, null).status()).isEqualTo(200);
        identities.deleteMembership("leaver", Roles.REQUESTERS);
        identities.deleteMembership("leaver", Roles.OPERATORS);
        String job = management.createJobQuery().processInstanceId(instance).list().get(0).getId();
        List<Answer> answers = List.of(
            session.call("POST", Caller.WEB + "/process-definition/key/configure-mfa-sign-on/start", """
                {"variables": {"applicationName": {"value": "x"}, "policyName": {"value": "y"}}}"""),
            session.call("PUT", Caller.WEB + "/job/" + job + "/retries", "{\"retries\": 1}"),
            session.call("POST", Caller.WEB + "/message", "{\"messageName\": \"RollBack\", \"processInstanceId\": \"" + instance + "\"}"));
        System.out.println("Start, retry, roll back with a removed member's session: " + answers.stream().map(Answer::status).toList());
        identities.deleteUser("leaver");
        // A flow that he may not start looks as if it did not exist.
        assertThat(answers).extracting(Answer::status).containsExactly(404, 403, 403);
        assertThat(runtime.createProcessInstanceQuery().count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "DELETE"})
    void nobodyElseCanLogTheUserOut(String method) {
        Caller session = Caller.web(port, "approver");
        session.send(method, "/logout", null, "Sec-Fetch-Site", "cross-site");
        assertThat(session.call("GET", "/roll-outs", null).status()).isEqualTo(200);
    }

    @Test
    void loggingOutEndsTheSession() {
        Caller session = Caller.web(port, "approver");
        assertThat(session.call("GET", "/roll-outs", null).status()).isEqualTo(200);
        assertThat(session.call("POST", "/camunda/api/admin/auth/user/default/logout", "{}").isSuccess()).isTrue();
        assertThat(session.call("GET", "/roll-outs", null).status()).isEqualTo(401);
        Caller visitor = Caller.nobody(port);
        visitor.call("GET", "/camunda/app/welcome/default/", null);
        assertThat(visitor.call("GET", "/roll-outs", null).status()).as("a session in which nobody is logged in").isEqualTo(401);
        assertThat(visitor.send("GET", "/roll-outs", null, "Cookie", "JSESSIONID=guess").status()).isEqualTo(401);
    }

    /** 405 or 404 if nothing is mapped: what matters is who gets that far. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "same-origin, -, true", "same-origin, http://evil.example, false", "cross-site, -, false", "same-site, -, false", "none, -, false",
        "cross-site, own, false", "-, own, true", "-, -, false", "-, null, false", "-, http://evil.example, false",
        "-, https://127.0.0.1, false", "-, http://127.0.0.1:1, false", "-, http://evil.example?own, false", "'', -, false"})
    void onlyOurOwnPagesMayChangeSomething(String site, String origin, boolean may) {
        String own = "127.0.0.1:" + port;
        Caller session = Caller.web(port, "admin");
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            for (String path : List.of("/api/roll-outs/x", "/environments", "/roll-outs")) {
                Answer answer = session.send(method, path, "{}", Stream.of("Content-Type", "application/json",
                    site == null ? "X-A" : "Sec-Fetch-Site", site == null ? "-" : site, origin == null ? "X-B" : "Origin",
                    origin == null ? "-" : origin.equals("own") ? "http://" + own : origin.replace("own", own)).toArray(String[]::new));
                if (may) {
                    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isIn(404, 405);
                } else {
                    assertThat(answer.status()).as("%s %s: %s", method, path, answer.body()).isEqualTo(403);
                }
            }
        }
        assertThat(session.send("GET", "/api/roll-outs", null, "Sec-Fetch-Site", "cross-site").status())
            .as("reads may come from anywhere: no other site can read the response").isEqualTo(200);
    }

    @Test
    void machinesWithCredentialsNeedNoOrigin() {
        assertThat(rest("admin").call("POST", "/environments", "{}").status()).isEqualTo(405);
    }
}
