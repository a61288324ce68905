package org.signonflow.security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.signonflow.rollout.Request;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** The rows of roll-outs, before and after they have begun, and what is said of who asked for it, and of who had it undone. */
class RowsTest extends RunningApp {

    private static final String APPLICATION_ID = "11111111-2222-3333-4444-555555555555";

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @AfterEach
    void forget() {
        jdbc.update("delete from signonflow_roll_out");
    }

    private String startRollOut(String list, String settings) {
        Answer answer = rest("requester").call("POST", "/engine-rest/process-definition/key/roll-out-sign-on/start", """
            {"variables": {"name": {"value": "Autumn"}, %s "list": {"type": "File", "value": "%s",
             "valueInfo": {"filename": "list.csv"}}}}""".formatted(settings,
            Base64.getEncoder().encodeToString(list.getBytes(StandardCharsets.UTF_8))));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("id").asString();
    }

    /** Also what waits for a while. */
    private void runAll(String rollOut, Runnable check) {
        AssertionError failed = null;
        for (int i = 0; i < 40; i++) {
            runtime.createProcessInstanceQuery().list().forEach(instance -> management.createJobQuery().processInstanceId(instance.getId())
                .messages().withRetriesLeft().list().forEach(job -> run(instance.getId(), job.getId())));
            try {
                check.run();
                return;
            } catch (AssertionError notYet) {
                failed = notYet;
            }
        }
        throw failed;
    }

    private void run(String instance, String job) {
        try {
            management.executeJob(job);
        } catch (RuntimeException recordedOnTheJob) {
            // As the job executor does.
        }
    }

    private JsonNode row(String rollOut, int line) {
        Answer answer = rest("requester").call("GET", "/api/changes/%s/%d".formatted(rollOut, line), null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode rollOut(String id) {
        return rest("requester").call("GET", "/api/roll-outs/" + id, null).json();
    }

    private Answer page(String user, String rollOut, int line) {
        return rest(user).send("GET", "/changes/%s/%d".formatted(rollOut, line), null, "Accept", "text/html");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    @ParameterizedTest
    @CsvSource({"requester, false", "approver, true", "operator, true", "admin, true"})
    void whoMaySeeTheRollOutSeesItsRows(String user, boolean seesAll) {
        String own = new RollOutFixture(rollOuts, "Own", user, 1).id();
        String others = new RollOutFixture(rollOuts, "Somebody else's", "somebody", 1).id();
        for (String path : List.of("/api/changes/", "/changes/")) {
            assertThat(rest(user).call("GET", path + own + "/1", null).status()).isEqualTo(200);
            assertThat(rest(user).call("GET", path + others + "/1", null).status()).isEqualTo(seesAll ? 200 : 404);
            assertThat(Caller.nobody(port).call("GET", path + own + "/1", null).status()).isEqualTo(401);
            for (String none : List.of(own + "/2", own + "/0", own + "/" + Integer.MIN_VALUE, "none/1", own + "/x")) {
                assertThat(rest(user).call("GET", path + none, null).status()).as(none).isEqualTo(404);
            }
        }
        if (!seesAll) {
            String hidden = rest(user).call("GET", "/api/changes/" + others + "/1", null).body();
            assertThat(hidden.replace(others, "none")).as("as if it were not there")
                .isEqualTo(rest(user).call("GET", "/api/changes/none/1", null).body());
        }
    }

    @Test
    void aRowThatHasNotBegunSaysWhatItWillBe() {
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Own", "requester", List.of(
            new Request(0, Map.of("environment", "sandbox", "policyName", "Shared_MFA", "authenticators", "email", "policy", "shared")),
            new Request(2, Map.of("environment", "sandbox", "applicationName", "<b>App</b>", "redirectUris", "http://evil.example",
                "scopes", "profile", "policy", "shared")),
            new Request(3, Map.of("environment", "sandbox", "applicationId", APPLICATION_ID, "policyName", "P", "policy", "existing")),
            new Request(4, Map.of("environment", "sandbox", "applicationName", "Own", "policyName", "Own_MFA", "policy", "own"))));
        JsonNode isNew = row(rollOut.id(), 2);
        assertThat(isNew.at("/change/state").asString()).isEqualTo("PENDING");
        assertThat(isNew.at("/change/id").isNull()).isTrue();
        assertThat(isNew.at("/change/flow").asString()).isEqualTo("configure-mfa-sign-on");
        assertThat(isNew.at("/change/policyName").asString()).isEqualTo("Shared_MFA");
        assertThat(isNew.at("/request/authenticators").asString()).as("what the policy is to be").isEqualTo("email");
        assertThat(isNew.get("secondLook").toString()).contains("http://evil.example");
        assertThat(isNew.get("timeline").findValuesAsString("type")).containsExactly("REQUESTED");
        assertThat(texts(isNew.get("toCreate"))).containsExactly("application", "grant", "assignment");
        assertThat(texts(isNew.get("toTake"))).containsExactly("the sign-on policy that the roll-out's rows share");
        assertThat(texts(row(rollOut.id(), 0).get("toCreate"))).containsExactly("sign-on policy", "action");
        assertThat(texts(row(rollOut.id(), 3).get("toTake"))).containsExactly("the existing application", "the existing sign-on policy");
        assertThat(texts(row(rollOut.id(), 4).get("toCreate"))).containsExactly("application", "grant", "sign-on policy", "action", "assignment");
        for (String user : USERS) {
            String page = page(user, rollOut.id(), 2).body();
            assertThat(page).as(user).contains("Waiting for its turn", "&lt;b&gt;App&lt;/b&gt;", "Nobody signs on yet: the application is new.",
                "It will create: <span>application, grant, assignment</span>", "http://evil.example", "href=\"../../roll-outs/" + rollOut.id())
                .doesNotContain("<b>", "cockpit/default/#/process-instance", "api/changes/", "Path through");
        }
        assertThat(page("requester", rollOut.id(), 0).body()).contains("Shared policy Shared_MFA");
        assertThat(page("requester", rollOut.id(), 3).body()).contains("P (priority 1), besides what else it has by then");

        rollOut.leaveOutPending();
        assertThat(row(rollOut.id(), 2).at("/change/state").asString()).isEqualTo("LEFT_OUT");
        assertThat(row(rollOut.id(), 2).at("/change/endedAt").asString()).isNotBlank();
        assertThat(page("requester", rollOut.id(), 2).body()).contains("Left out: nothing was created", "It has created nothing.")
            .doesNotContain("It will create", "hx-get");
    }

    @Test
    void onceARowHasBegunItsAddressLeadsToItsChange() {
        String rollOut = startRollOut("applicationName,policyName\nApp,App_MFA\n", "\"reason\": {\"value\": \"because\"},");
        assertThat(row(rollOut, 2).at("/change/state").asString()).isEqualTo("PENDING");
        assertThat(row(rollOut, 2).at("/change/reason").asString()).isEqualTo("because");
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        JsonNode begun = row(rollOut, 2);
        String id = begun.at("/change/id").asString();
        assertThat(begun).isEqualTo(rest("requester").call("GET", "/api/changes/" + id, null).json());
        assertThat(begun.at("/change/state").asString()).isEqualTo("WAITING_FOR_APPROVAL");
        assertThat(begun.at("/change/reason").asString()).as("the roll-out's").isEqualTo("because");
        assertThat(page("requester", rollOut, 2).status()).isEqualTo(302);
        assertThat(page("requester", rollOut, 2).header("Location")).endsWith("../" + id);
        assertThat(rest("requester").send("GET", "/changes/" + rollOut + "/2", null, "Accept", "text/html", "HX-Request", "true")
            .header("HX-Redirect")).isEqualTo("../" + id);
        assertThat(rollOut(rollOut).get("reason").asString()).isEqualTo("because");
    }

    /** Its policy is not its own, and what was found is not among its process's variables. */
    @Test
    void aRowThatHasBegunStillSaysWhatItWillBe() {
        String shared = startRollOut("applicationName,redirectUris\nApp,http://evil.example\n", """
            "policy": {"value": "shared"}, "policyName": {"value": "Shared_MFA"}, "authenticators": {"value": "email,sms"},""");
        JsonNode pending = row(shared, 2);
        assertThat(pending.at("/request/authenticators").asString()).isEqualTo("email,sms");
        runAll(shared, () -> assertThat(rollOut(shared).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        JsonNode begun = row(shared, 2);
        assertThat(begun.at("/change/state").asString()).isEqualTo("WAITING_FOR_APPROVAL");
        assertThat(begun.get("request")).isEqualTo(pending.get("request"));
        assertThat(begun.get("secondLook")).isEqualTo(pending.get("secondLook")).isNotEmpty();
        assertThat(rest("approver").send("GET", "/changes/" + begun.at("/change/id").asString(), null, "Accept", "text/html").body())
            .contains("Authenticators", "Email, Text message", "http://evil.example");

        String application = Caller.nobody(sandboxPort).call("GET", "/sandbox/state", null).json().at("/applications/0/id").asString();
        String existing = startRollOut("applicationId\n" + application + "\n", """
            "policy": {"value": "existing"}, "policyName": {"value": "Multi_Factor"},""");
        runAll(existing, () -> assertThat(rollOut(existing).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        assertThat(row(existing, 2).at("/change/id").asString()).isNotBlank();
        assertThat(row(existing, 2).at("/signOnNow").asString("")).isNotBlank();
        assertThat(row(existing, 2).at("/signOnAfter").asString("")).contains("Multi_Factor");
    }

    @Test
    void aRowOfARejectedRollOutSaysWhy() {
        String rollOut = startRollOut("applicationName,policyName\nApp,Multi_Factor\n", "");
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("REJECTED"));
        JsonNode rejected = row(rollOut, 2);
        assertThat(rejected.at("/change/state").asString()).isEqualTo("REJECTED");
        assertThat(rejected.at("/change/rejection").asString()).contains("policyName: is already in use in sandbox");
        assertThat(rejected.get("timeline").findValuesAsString("type")).containsExactly("REQUESTED", "ENDED");
        assertThat(page("requester", rollOut, 2).body()).contains("policyName: is already in use in sandbox");
    }

    @ParameterizedTest
    @CsvSource({"/engine-rest, operator", "/camunda/api/engine/engine/default, operator", "/engine-rest, admin"})
    void itIsSaidWhoHadAllOfItRolledBack(String api, String user) {
        String rollOut = startRollOut("applicationName,policyName\nApp,App_MFA\nB,B_MFA\n", "");
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        assertThat(rollOut(rollOut).get("rolledBackBy").isNull()).isTrue();
        Answer rolledBack = (api.equals(Caller.REST) ? rest(user) : Caller.web(port, user)).call("POST", api + "/message",
            "{\"messageName\": \"RollBack\", \"processInstanceId\": \"" + rollOut + "\"}");
        assertThat(rolledBack.isSuccess()).as(rolledBack.body()).isTrue();
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("ROLLED_BACK"));
        assertThat(rollOut(rollOut).get("rolledBackBy").asString()).isEqualTo(user);
        String at = rollOut(rollOut).get("rolledBackAt").asString();
        assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(rest("requester").call("GET", "/api/roll-outs/" + rollOut + "/report.csv", null).body()).contains(",reason,rolledBackBy,",
            "," + user + "," + at);
        List<JsonNode> events = StreamSupport.stream(row(rollOut, 3).get("timeline").spliterator(), false)
            .filter(event -> event.get("type").asString().equals("ROLL_BACK")).toList();
        assertThat(events).hasSize(1);
        assertThat(events.get(0).get("by").asString()).isEqualTo(user);
        assertThat(events.get(0).get("at").asString()).isEqualTo(at);
        assertThat(row(rollOut, 3).at("/change/rolledBackBy").isNull()).as("not the row itself").isTrue();
    }

    @Test
    void requestersWithdrawTheirOwnUntilItIsApproved() {
        String rollOut = startRollOut("applicationName,policyName\nApp,App_MFA\n", "");
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        String door = "/api/roll-outs/" + rollOut + "/roll-back";
        user("rival", "sign-on-requesters");
        assertThat(rest("rival").call("POST", door, null).status()).isEqualTo(404);
        assertThat(rest("approver").call("POST", door, null).status()).isEqualTo(403);
        assertThat(rollOut(rollOut).get("mayRollBack").asBoolean()).isTrue();
        assertThat(rest("requester").call("POST", door, null).status()).isEqualTo(204);
        runAll(rollOut, () -> assertThat(rollOut(rollOut).get("stage").asString()).isEqualTo("ROLLED_BACK"));
        assertThat(rollOut(rollOut).get("rolledBackBy").asString()).isEqualTo("requester");
        assertThat(rollOut(rollOut).get("withdrawn").asBoolean()).isTrue();
        assertThat(rest("requester").call("POST", door, null).status()).as("once more").isEqualTo(409);

        String approved = startRollOut("applicationName,policyName\nApp,App_MFA\n", "");
        runAll(approved, () -> assertThat(rollOut(approved).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        rollOuts.decided(approved, "approve", "approver", null);
        assertThat(rest("requester").call("POST", "/api/roll-outs/" + approved + "/roll-back", null).status()).isEqualTo(403);
        assertThat(rest("operator").call("POST", "/api/roll-outs/" + approved + "/roll-back", null).status()).isEqualTo(204);
    }

    @Test
    void ourApiTakesAReasonToo() {
        String form = Map.of("name", "Autumn", "reason", "<b>because</b>").entrySet().stream().map(field ->
                "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(field.getKey(), field.getValue()))
            .collect(Collectors.joining()) + "--b\r\nContent-Disposition: form-data; name=\"list\"; filename=\"list.csv\"\r\n\r\n"
            + "applicationName,policyName\nApp,App_MFA\n\r\n--b--\r\n";
        Answer started = rest("requester").send("POST", "/api/roll-outs", form, "Content-Type", "multipart/form-data; boundary=b");
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        assertThat(rollOut(started.json().get("id").asString()).get("reason").asString()).isEqualTo("<b>because</b>");
    }

    @Test
    void aReasonIsCheckedAsThatOfAFlow() {
        for (String bad : List.of("x".repeat(1_001), "a\\u0000b")) {
            Answer answer = rest("requester").call("POST", "/engine-rest/process-definition/key/roll-out-sign-on/start", """
                {"variables": {"name": {"value": "Autumn"}, "reason": {"value": "%s"}, "list": {"type": "File", "value": "%s",
                 "valueInfo": {"filename": "list.csv"}}}}""".formatted(bad,
                Base64.getEncoder().encodeToString("applicationName,policyName\nA,P\n".getBytes(StandardCharsets.UTF_8))));
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("reason: must");
        }
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @Test
    void requestersHaveTheirRollOutUndoneOnceAnotherPersonApproves() {
        user("rival", "sign-on-requesters");
        String before = sandbox("state").toString();
        String id = startRollOut("applicationName\nOne\nTwo\nThree\n",
            "\"policy\": {\"value\": \"shared\"}, \"policyName\": {\"value\": \"Shared_MFA\"},");
        runAll(id, () -> assertThat(rollOut(id).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        assertThat(undo("requester", id, null).status()).as("it has not ended").isEqualTo(400);
        decide("approver", id, "approve");
        runAll(id, () -> assertThat(rollOut(id).get("stage").asString()).isEqualTo("COMPLETED"));
        assertThat(rest("requester").call("GET", "/api/changes/" + rollOuts.rows(id, null, null, 2, 1).get(0).instanceId() + "/request", null)
            .status()).as("its policy's settings are not its own").isEqualTo(409);
        assertThat(rollOut(id).get("mayUndo").asBoolean()).isTrue();
        assertThat(rollOut(id).get("inEffect").asInt()).isEqualTo(3);
        for (String user : List.of("approver", "rival")) {
            assertThat(undo(user, id, null).status()).as(user).isEqualTo(user.equals("rival") ? 404 : 403);
            Answer engine = rest(user).call("POST", "/engine-rest/process-definition/key/undo-roll-out/start",
                "{\"variables\": {\"rollOut\": {\"value\": \"%s\"}}}".formatted(id));
            assertThat(engine.status()).as(user + engine.body()).isIn(400, 403);
            assertThat(rest(user).send("GET", "/roll-outs/" + id + "/undo", null, "Accept", "text/html").body())
                .doesNotContain("Request the undo");
        }
        for (String bad : List.of("{\"keep\": \"policy\"}", "{\"rollOut\": \"x\"}", "{\"reason\": 1}", "{\"lines\": 3}", "{\"lines\": \"1-2\"}",
            "{\"lines\": \"x\"}", "{\"lines\": \"" + "3,".repeat(2_500) + "3\"}", "{\"reason\": \"" + "x".repeat(1_001) + "\"}", "[]",
            "{\"urgent\": true}")) {
            assertThat(undo("requester", id, bad).status()).as(bad).isEqualTo(400);
        }
        Answer started = undo("requester", id, "{\"reason\": \"<b>CHG-2</b>\"}");
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String undo = started.json().get("id").asString();
        assertThat(started.header("Location")).endsWith("/roll-outs/" + undo);
        assertThat(started.json().get("undoes").asString()).isEqualTo(id);
        JsonNode pending = row(undo, 3);
        assertThat(pending.at("/change/flow").asString()).isEqualTo("undo-sign-on");
        assertThat(pending.get("undoes").asString()).isNotBlank();
        assertThat(page("requester", undo, 3).body()).contains("Waiting for its turn: nothing is undone");
        runAll(undo, () -> assertThat(rollOut(undo).get("stage").asString()).isEqualTo("WAITING_FOR_APPROVAL"));
        for (String user : List.of("requester", "operator", "rival")) {
            assertThat(decide(user, undo, "approve").isSuccess()).as(user).isFalse();
        }
        String row = rollOuts.rows(undo, null, null, 2, 1).get(0).instanceId();
        assertThat(rest("requester").call("POST", "/engine-rest/message", """
            {"messageName": "RollOutApproved", "processInstanceId": "%s"}""".formatted(row)).status()).isIn(400, 403);
        assertThat(decide("approver", undo, "approve").isSuccess()).isTrue();
        runAll(undo, () -> assertThat(rollOut(undo).get("stage").asString()).isEqualTo("COMPLETED"));
        assertThat(sandbox("state").toString()).isEqualTo(before);
        assertThat(rollOut(id).get("mayUndo").asBoolean()).isFalse();
        assertThat(rollOut(id).get("inEffect").asInt()).isZero();
        assertThat(rollOut(id).at("/undoneBy/0/id").asString()).isEqualTo(undo);
        assertThat(rest("requester").call("GET", "/api/changes/" + row, null).json().at("/change/decidedBy").asString())
            .isEqualTo("approver");
    }

    private Answer undo(String user, String rollOut, String body) {
        return rest(user).call("POST", "/api/roll-outs/" + rollOut + "/undo", body);
    }

    private Answer decide(String user, String rollOut, String decision) {
        return rest(user).call("POST", "/engine-rest/task/" + tasks.createTaskQuery().processInstanceId(rollOut).singleResult().getId()
            + "/complete", "{\"variables\": {\"decision\": {\"value\": \"%s\"}}}".formatted(decision));
    }
}
