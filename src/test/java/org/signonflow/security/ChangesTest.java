package org.signonflow.security;

import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Checks;
import org.signonflow.change.DriftState;
import org.signonflow.change.Finding;
import org.signonflow.harness.SandboxControl;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Who sees which change, and who may do what with it, by each of its doors. */
@ExtendWith(OutputCaptureExtension.class)
class ChangesTest extends RunningApp {

    private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

    private List<String> listed(String user, String query) {
        Answer answer = rest(user).call("GET", "/api/changes" + query, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().spliterator(), false).map(change -> change.get("id").asString()).toList();
    }

    private Answer page(String user, String path) {
        return rest(user).send("GET", path, null, "Accept", HTML);
    }

    private String state(String id) {
        return rest("operator").call("GET", "/api/changes/" + id, null).json().at("/change/state").asString();
    }

    private static String body(String flow, String variables) {
        return "{\"flow\": \"%s\", %s}".formatted(flow, variables);
    }

    @Test
    void requestersSeeOnlyTheirOwn() {
        user("rival", "sign-on-requesters");
        user("Requester2", "sign-on-requesters");
        user("nobody", new String[0]);
        String own = waiting("requester", "Own app", "Own_MFA").getProcessInstanceId();
        String other = waiting("rival", "Rival app", "Rival_MFA").getProcessInstanceId();
        for (String query : List.of("", "?q=app", "?q=rival", "?requester=rival", "?requester=RIVAL", "?state=WAITING_FOR_APPROVAL",
            "?environment=sandbox", "?flow=configure-mfa-sign-on", "?limit=1000")) {
            assertThat(listed("requester", query)).as(query).doesNotContain(other);
            assertThat(listed("nobody", query)).as(query).isEmpty();
        }
        assertThat(listed("requester", "")).contains(own);
        assertThat(listed("requester", "?requester=REQUESTER")).as("a name in another case").isEmpty();
        for (String user : List.of("approver", "operator", "admin")) {
            assertThat(listed(user, "?q=_mfa")).as(user).contains(own, other);
        }
        String[] doors = {"GET /api/changes/%s", "POST /api/changes/%s/roll-back", "POST /api/changes/%s/retry", "GET /api/changes?after=%s",
            "GET /changes/%s", "POST /api/changes/%s/undo", "GET /changes/%s/undo", "POST /changes/%s/undo",
            "POST /api/changes/%s/check", "POST /changes/%s/accept"};
        for (String door : doors) {
            String[] call = door.split(" ");
            for (String user : List.of("requester", "nobody")) {
                Answer answer = rest(user).call(call[0], call[1].formatted(other), null);
                Answer none = rest(user).call(call[0], call[1].formatted("11111111-2222-3333-4444-555555555555"), null);
                assertThat(answer.status()).as(door).isEqualTo(404).isEqualTo(none.status());
                assertThat(answer.body().replaceAll(other + "|\"(timestamp|instance|path)\":\"[^\"]*\"", "")).as("as if there were none")
                    .isEqualTo(none.body().replaceAll("1{8}-2222-3333-4444-5{12}|\"(timestamp|instance|path)\":\"[^\"]*\"", ""));
            }
        }
        assertThat(page("requester", "/").body()).contains("Own app").doesNotContain("Rival");
        assertThat(page("requester", "/changes").body()).contains("Own app").doesNotContain("Rival");
        assertThat(page("approver", "/").body()).contains("Own app", "Rival app");
    }

    @Test
    void requestersWithdrawTheirOwnUntilItIsApproved() {
        Task task = waiting("requester", "App", "App_MFA");
        String id = task.getProcessInstanceId();
        for (String user : List.of("approver")) {
            Answer refused = rest(user).call("POST", "/api/changes/" + id + "/roll-back", null);
            assertThat(refused.status()).as(refused.body()).isEqualTo(403);
            assertThat(refused.json().get("detail").asString()).isEqualTo("Only operators may roll back this change.");
        }
        assertThat(rest("requester").call("POST", "/api/changes/" + id + "/roll-back", null).status()).isEqualTo(204);
        run(id);
        assertThat(state(id)).isEqualTo("ROLLED_BACK");
        JsonNode change = rest("requester").call("GET", "/api/changes/" + id, null).json();
        assertThat(change.at("/change/rolledBackBy").asString()).isEqualTo("requester");
        assertThat(change.get("timeline").findValuesAsString("type")).contains("ROLL_BACK", "ENDED");
        assertThat(rest("requester").call("POST", "/api/changes/" + id + "/roll-back", null).status()).as("once more").isEqualTo(409);

        Task approved = waiting("requester", "Second", "Second_MFA");
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + approved.getId() + "/complete", APPROVE).isSuccess()).isTrue();
        assertThat(rest("requester").call("POST", "/api/changes/" + approved.getProcessInstanceId() + "/roll-back", null).status())
            .as("approved").isEqualTo(403);
        run(approved.getProcessInstanceId());
        JsonNode completed = rest("requester").call("GET", "/api/changes/" + approved.getProcessInstanceId(), null).json();
        assertThat(completed.at("/change/state").asString()).isEqualTo("COMPLETED");
        assertThat(completed.at("/change/decidedBy").asString()).isEqualTo("approver");
        assertThat(completed.get("timeline").findValuesAsString("type")).contains("APPROVED");
        assertThat(completed.at("/ids/assignmentId").asString()).isNotBlank();
    }

    @Test
    void requestersHaveTheirOwnUndoneOnceAnotherPersonApproves() {
        user("rival", "sign-on-requesters");
        String id = completed("requester", "Undone", "Undone_MFA");
        String start = "{\"variables\": {\"change\": {\"value\": \"%s\"}}}".formatted(id);
        for (String user : List.of("approver", "rival")) {
            assertThat(rest(user).call("POST", "/api/changes/" + id + "/undo", null).status()).as(user).isIn(403, 404);
            Answer engine = rest(user).call("POST", "/engine-rest/process-definition/key/undo-sign-on/start", start);
            assertThat(engine.status()).as(user + engine.body()).isIn(400, 403);
        }
        for (String bad : List.of("{\"keep\": \"policy\"}", "{\"keep\": true}", "{\"change\": \"x\"}", "{\"reason\": 1}",
            "{\"reason\": \"" + "x".repeat(1_001) + "\"}", "[]", "{\"urgent\": true}")) {
            assertThat(rest("requester").call("POST", "/api/changes/" + id + "/undo", bad).status()).as(bad).isEqualTo(400);
        }
        assertThat(page("requester", "/changes/" + id).body()).contains("/undo\"");
        assertThat(page("approver", "/changes/" + id).body()).doesNotContain("/undo\"");

        Answer started = rest("requester").call("POST", "/api/changes/" + id + "/undo", "{\"reason\": \"CHG-2\"}");
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String undo = started.json().get("id").asString();
        assertThat(started.json().get("reason").asString()).isEqualTo("CHG-2");
        assertThat(started.header("Location")).endsWith("/changes/" + undo);
        Answer twice = rest("operator").call("POST", "/api/changes/" + id + "/undo", null);
        assertThat(twice.status()).isEqualTo(400);
        assertThat(twice.json().get("detail").asString()).isEqualTo(
            "change: is being undone already, by " + undo + ".");
        run(undo);
        assertThat(state(undo)).isEqualTo("WAITING_FOR_APPROVAL");
        String task = tasks.createTaskQuery().processInstanceId(undo).singleResult().getId();
        for (String user : List.of("requester", "operator", "rival")) {
            assertThat(rest(user).call("POST", "/engine-rest/task/" + task + "/complete", APPROVE).isSuccess()).as(user).isFalse();
        }
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task + "/complete", APPROVE).isSuccess()).isTrue();
        run(undo);
        assertThat(state(undo)).isEqualTo("COMPLETED");
        JsonNode details = rest("requester").call("GET", "/api/changes/" + undo, null).json();
        assertThat(details.get("undoes").asString()).isEqualTo(id);
        assertThat(details.get("goes").size()).isEqualTo(4);
        assertThat(details.at("/change/decidedBy").asString()).isEqualTo("approver");
        JsonNode undone = rest("requester").call("GET", "/api/changes/" + id, null).json();
        assertThat(undone.at("/change/undoneBy").asString()).isEqualTo(undo);
        assertThat(undone.at("/change/undoneAt").asString()).isNotBlank();
        assertThat(page("requester", "/changes/" + id).body()).contains("Undone: no longer in effect", "/changes/" + undo)
            .doesNotContain("/undo\"");
        assertThat(page("requester", "/changes/" + undo).body()).contains("Completed: the change is undone", "/changes/" + id);
        assertThat(page("rival", "/changes/" + undo).status()).isEqualTo(404);
    }

    @Test
    void requestersAndOperatorsHaveACompletedChangeComparedWithPingOne(@Autowired Checks checks) {
        user("rival", "sign-on-requesters");
        String id = completed("requester", "<b>Checked</b>", "Checked_MFA");
        String check = "/api/changes/" + id + "/check";
        assertThat(rest("approver").call("POST", check, null).status()).isEqualTo(403);
        assertThat(rest("rival").call("POST", check, null).status()).isEqualTo(404);
        assertThat(page("requester", "/changes/" + id).body()).contains("/check\"").doesNotContain("Compared", "compared on");
        assertThat(page("approver", "/changes/" + id).body()).doesNotContain("/check\"");

        Answer unchanged = rest("requester").call("POST", check, null);
        assertThat(unchanged.status()).as(unchanged.body()).isEqualTo(200);
        assertThat(unchanged.json().at("/check/drift").asString()).isEqualTo("UNCHANGED");
        assertThat(unchanged.json().at("/check/checkedAt").asString()).isNotBlank();
        assertThat(page("approver", "/changes/" + id).body()).contains("In PingOne as it was created");
        assertThat(page("operator", "/").body()).doesNotContain("No longer in PingOne as created");

        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "GET", "path": "/applications/*/grants", "effect": "status", "status": 403, "code": "REQUEST_FAILED"}""");
        Answer failed = rest("operator").call("POST", check, null);
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.json().get("detail").asString()).contains("PingOne refused GET", "/grants");
        assertThat(page("requester", "/changes/" + id).body()).contains("failed:", "PingOne refused GET");
        assertThat(listed("requester", "?drift=FAILED")).contains(id);
        assertThat(listed("requester", "?drift=UNCHANGED")).doesNotContain(id);

        String policy = rest("requester").call("GET", "/api/changes/" + id, null).json().at("/ids/policyId").asString();
        change("/signOnPolicies/" + policy, "description", "<script>alert(1)</script>");
        Answer changed = rest("operator").send("POST", check, null, "HX-Request", "true");
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.header("HX-Refresh")).isEqualTo("true");
        assertThat(changed.json().at("/check/findings/0/member").asString()).isEqualTo("description");
        assertThat(changed.json().at("/check/findings/0/found").asString()).isEqualTo("\"<script>alert(1)</script>\"");
        for (String user : List.of("requester", "approver", "operator")) {
            assertThat(page(user, "/changes/" + id).body()).as(user).contains("&lt;script&gt;", "No longer in PingOne as it was created")
                .doesNotContain("<script>alert", "<b>Checked");
            assertThat(page(user, "/").body()).contains("No longer in PingOne as created", "changes?drift=CHANGED");
            assertThat(page(user, "/changes?drift=CHANGED").body()).contains(id);
            assertThat(listed(user, "?drift=DRIFTED")).contains(id);
            Answer audit = rest(user).call("GET", "/api/audit", null);
            assertThat(audit.body().lines().filter(line -> line.contains(id)).toList()).singleElement().asString()
                .contains("\"drift\":\"CHANGED\"", "\"foundAt\":\"");
            assertThat(rest(user).call("GET", "/api/audit.csv", null).body()).contains("description is \"\"<script>");
        }
        assertThat(page("rival", "/").body()).doesNotContain("No longer in PingOne as created");
        assertThat(listed("rival", "?drift=DRIFTED")).isEmpty();
        assertThat(rest("operator").call("GET", "/api/changes?drift=NONSENSE", null).status()).isEqualTo(400);
        assertThat(page("operator", "/changes?drift=NONSENSE").status()).isEqualTo(200);

        change("/signOnPolicies/" + policy, "description", "");
        assertThat(rest("requester").call("POST", check, null).json().at("/check/goneAt").asString()).isNotBlank();
        assertThat(page("requester", "/changes/" + id).body()).contains("This difference is gone again");
        checks.compared(id, Instant.now(), List.of(new Finding(DriftState.GONE, "application App", "x", null, null, null, null)));
        assertThat(page("requester", "/changes/" + id).body())
            .contains("Completed: not in effect as it was, something of it is gone in PingOne")
            .doesNotContain("Completed: in effect", "What takes effect");
        assertThat(page("operator", "/changes?rows=false").body()).contains(id);
        assertThat(page("operator", "/changes?rows=true").body()).doesNotContain(id);
        String waiting = waiting("requester", "Waits", "Waits_MFA").getProcessInstanceId();
        assertThat(rest("operator").call("POST", "/api/changes/" + waiting + "/check", null).status()).isEqualTo(409);
    }

    @Test
    void anotherPersonAcceptsExactlyWhatTheyWereShown() {
        user("rival", "sign-on-requesters");
        user("own", "sign-on-requesters", "sign-on-approvers");
        String id = completed("own", "<b>Accepted</b>", "Accepted_MFA");
        String accept = "/api/changes/" + id + "/accept";
        String policy = rest("own").call("GET", "/api/changes/" + id, null).json().at("/ids/policyId").asString();
        change("/signOnPolicies/" + policy, "description", "Tidied up");
        String seen = "{\"foundAt\": \"%s\", \"comment\": \"<b>Agreed</b>\"}".formatted(check(id).at("/foundAt").asString());
        assertThat(rest("rival").call("POST", accept, seen).status()).isEqualTo(404);
        for (String user : List.of("own", "operator", "admin")) {
            Answer refused = rest(user).call("POST", accept, seen);
            assertThat(refused.status()).as(user + refused.body()).isEqualTo(403);
            assertThat(page(user, "/changes/" + id).body()).contains("Tidied up").doesNotContain("/accept\"");
        }
        for (String bad : List.of("{}", "[]", "{\"comment\": \"x\"}", "{\"comment\": \"x\", \"foundAt\": \"now\"}",
            "{\"comment\": 1, \"foundAt\": null}", seen.replace("comment", "decision"), seen.replace("<b>Agreed</b>", " "),
            seen.replace("<b>Agreed</b>", "x".repeat(1_001)), seen.replace("<b>Agreed</b>", "\\u202e"))) {
            assertThat(rest("approver").call("POST", accept, bad).status()).as(bad).isEqualTo(400);
        }
        for (String never : List.of("+1000000000-12-31T23:59:59Z", "-1000000000-01-01T00:00:00Z", "2026-01-31T12:00:00Z")) {
            assertThat(rest("approver").call("POST", accept, seen.replaceFirst("[^\"]+Z", never)).status())
                .as(never).isEqualTo(409);
        }
        assertThat(page("approver", "/changes/" + id).body()).contains("/accept\"");

        change("/signOnPolicies/" + policy, "description", "<script>alert(1)</script>");
        check(id);
        Answer late = rest("approver").call("POST", accept, seen);
        assertThat(late.status()).as("what was not seen").isEqualTo(409);
        assertThat(check(id).at("/drift").asString()).isEqualTo("CHANGED");
        Answer latePage = form("approver", "/changes/" + id + "/accept", "foundAt=2026-01-31T12:00:00Z&comment=%3Cb%3EAgreed");
        assertThat(latePage.status()).isEqualTo(409);
        assertThat(latePage.body()).contains("look at the change again", "&lt;b&gt;Agreed").doesNotContain("<script>alert", "<b>Agreed");

        seen = seen.replaceFirst("[^\"]+Z", check(id).at("/foundAt").asString());
        Answer accepted = rest("approver").call("POST", accept, seen);
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(200);
        assertThat(accepted.json().at("/check/drift").asString()).isEqualTo("ACCEPTED");
        assertThat(accepted.json().at("/check/acceptedBy").asString()).isEqualTo("approver");
        assertThat(accepted.json().at("/check/acceptedBecause").asString()).isEqualTo("<b>Agreed</b>");
        assertThat(rest("approver").call("POST", accept, seen).status()).as("once more").isEqualTo(409);
        assertThat(check(id).at("/drift").asString()).as("as it was accepted").isEqualTo("ACCEPTED");
        for (String user : List.of("own", "approver", "operator")) {
            assertThat(page(user, "/changes/" + id).body()).as(user).contains("Differs, accepted", "Accepted as it is in PingOne by approver",
                "&lt;b&gt;Agreed&lt;/b&gt;").doesNotContain("<script>alert", "<b>Agreed", "/accept\"");
            assertThat(page(user, "/").body()).contains("changes?drift=ACCEPTED").doesNotContain("changes?drift=CHANGED");
            assertThat(listed(user, "?drift=ACCEPTED")).contains(id);
            assertThat(listed(user, "?drift=DRIFTED")).doesNotContain(id);
            assertThat(listed(user, "?drift=UNCHANGED")).doesNotContain(id);
            assertThat(rest(user).call("GET", "/api/audit", null).body().lines().filter(line -> line.contains(id)).toList())
                .singleElement().asString().contains("\"drift\":\"ACCEPTED\"", "\"acceptedBy\":\"approver\"", "<b>Agreed</b>");
            assertThat(rest(user).call("GET", "/api/audit.csv", null).body()).contains("driftAcceptedBy", "approver,<b>Agreed</b>");
        }
        change("/signOnPolicies/" + policy, "description", "Something else");
        assertThat(check(id).at("/drift").asString()).isEqualTo("CHANGED");
        assertThat(check(id).at("/acceptedBy").isNull()).isTrue();
        change("/signOnPolicies/" + policy, "description", "<script>alert(1)</script>");
        assertThat(check(id).at("/drift").asString()).as("it was otherwise meanwhile").isEqualTo("CHANGED");
        change("/signOnPolicies/" + policy, "description", "");
        assertThat(check(id).at("/drift").asString()).isEqualTo("UNCHANGED");
        assertThat(form("approver", "/changes/" + id + "/accept", "comment=x&foundAt=" + check(id).at("/foundAt").asString()).status())
            .as("what is gone").isEqualTo(409);
    }

    @Test
    void whoMayAcceptIsLookedAtWhenTheyDo() {
        user("trainee", "sign-on-approvers");
        String id = completed("requester", "Trainee", "Trainee_MFA");
        String policy = rest("requester").call("GET", "/api/changes/" + id, null).json().at("/ids/policyId").asString();
        change("/signOnPolicies/" + policy, "description", "Tidied up");
        String seen = "foundAt=%s&comment=Agreed".formatted(check(id).at("/foundAt").asString());
        Caller trainee = rest("trainee");
        assertThat(trainee.call("GET", "/changes/" + id, null).body()).contains("/accept\"");
        identities.deleteMembership("trainee", "sign-on-approvers");
        assertThat(form("trainee", "/changes/" + id + "/accept", seen).status()).isIn(403, 404);
        assertThat(check(id).at("/drift").asString()).isEqualTo("CHANGED");
        identities.createMembership("trainee", "sign-on-approvers");
        assertThat(form("trainee", "/changes/" + id + "/accept", seen).status()).isIn(200, 302);
        assertThat(check(id).at("/drift").asString()).isEqualTo("ACCEPTED");
    }

    private JsonNode check(String id) {
        return rest("operator").call("POST", "/api/changes/" + id + "/check", null).json().get("check");
    }

    private Answer form(String user, String path, String fields) {
        return rest(user).send("POST", path, fields, "Content-Type", "application/x-www-form-urlencoded");
    }

    @Test
    void whoWaitsForPingOneIsToldSoAndManyAskOnce() throws Exception {
        String id = completed("requester", "Slow", "Slow_MFA");
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "GET", "path": "/applications/*", "effect": "delay", "delayMillis": 12000}""");
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(threads.submit(() -> rest("operator").call("POST", "/api/changes/" + id + "/check", null)));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(504);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(StreamSupport.stream(sandbox("ledger").spliterator(), false).filter(call -> call.get("method").asString().equals("GET")
            && call.get("path").asString().matches(".*/applications/[^/]+")
            && call.path("externalTransactionId").asString("").isEmpty()).count()).as("one for all").isEqualTo(1);
    }

    /** As somebody in PingOne's console would. */
    private void change(String path, String member, String value) {
        new SandboxControl(URI.create("http://127.0.0.1:" + sandboxPort)).change(path, member, value);
    }

    @Test
    void operatorsHaveAnyChangeUndoneFromItsPage() {
        String id = completed("requester", "By operator", "ByOperator_MFA");
        assertThat(page("operator", "/changes/" + id + "/undo").body()).contains("Keep it, and undo only how its users sign on");
        Answer started = rest("operator").send("POST", "/changes/" + id + "/undo", "reason=%3Cb%3E&keep=true",
            "Content-Type", "application/x-www-form-urlencoded");
        assertThat(started.status()).isEqualTo(302);
        assertThat(started.header("Location")).as("under whatever prefix a proxy adds").startsWith("../");
        String undo = started.header("Location").replaceFirst(".*/", "");
        run(undo);
        assertThat(page("operator", "/changes/" + undo).body()).contains("&lt;b&gt;", "Waiting for approval",
            "it is to be kept");
        Answer again = rest("operator").send("POST", "/changes/" + id + "/undo", "reason=again",
            "Content-Type", "application/x-www-form-urlencoded");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.body()).contains("is being undone already", "value=\"again\"");
        assertThat(rest("operator").call("POST", "/api/changes/" + undo + "/roll-back", null).status()).isEqualTo(204);
        assertThat(state(undo)).isEqualTo("ROLLED_BACK");
    }

    private String completed(String requester, String application, String policy) {
        Task task = waiting(requester, application, policy);
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).isSuccess()).isTrue();
        run(task.getProcessInstanceId());
        assertThat(state(task.getProcessInstanceId())).isEqualTo("COMPLETED");
        return task.getProcessInstanceId();
    }

    @Test
    void operatorsRetryWhatIsStuck() {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "POST", "path": "/signOnPolicies", "effect": "status", "status": 401, "times": 2}""");
        String id = waiting("requester", "Stuck", "Stuck_MFA") == null ? listed("requester", "?q=stuck").get(0) : null;
        assertThat(listed("operator", "?state=STUCK")).contains(id);
        assertThat(rest("requester").call("POST", "/api/changes/" + id + "/retry", null).status()).isIn(403, 409);
        assertThat(rest("approver").call("POST", "/api/changes/" + id + "/retry", null).status()).isIn(403, 409);
        assertThat(listed("operator", "?state=STUCK")).as("still stuck").contains(id);
        assertThat(rest("operator").call("POST", "/api/changes/" + id + "/retry", null).status()).isEqualTo(204);
        run(id);
        assertThat(state(id)).isEqualTo("WAITING_FOR_APPROVAL");
        Answer again = rest("operator").call("POST", "/api/changes/" + id + "/retry", null);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("detail").asString()).startsWith("No step of this change has failed for good");
    }

    @Test
    void aFlowIsPreviewedAndStarted() {
        String request = body("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"Previewed_MFA\", "
            + "\"redirectUris\": \"http://evil.example\", \"reason\": \"because\", \"approvalRequired\": true");
        JsonNode before = sandbox("state");
        Answer preview = rest("requester").call("POST", "/api/changes?plan=true", request);
        assertThat(preview.status()).as(preview.body()).isEqualTo(200);
        assertThat(preview.json().get("signOnNow").asString()).isEqualTo("Nobody signs on yet: the application is new.");
        assertThat(preview.json().get("signOnAfter").asString()).isEqualTo("Previewed_MFA (priority 1), and nothing else");
        assertThat(preview.json().get("secondLook").get(0).asString()).contains("http://evil.example");
        assertThat(preview.json().get("problems")).isEmpty();
        assertThat(sandbox("state")).isEqualTo(before);
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();

        Answer started = rest("requester").call("POST", "/api/changes", request);
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String id = started.json().get("id").asString();
        assertThat(started.header("Location")).isEqualTo("/changes/" + id);
        assertThat(started.json().get("reason").asString()).isEqualTo("because");
        run(id);
        assertThat(state(id)).isEqualTo("WAITING_FOR_APPROVAL");
        Answer taken = rest("requester").call("POST", "/api/changes?plan=true", request);
        assertThat(taken.json().get("problems").get(0).asString()).isEqualTo("policyName: is already in use in sandbox.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approver", "operator"})
    void othersNeitherPreviewNorStart(String user) {
        String request = body("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"P\"");
        for (String path : List.of("/api/changes", "/api/changes?plan=true", "/changes/new")) {
            assertThat(rest(user).call("POST", path, request).status()).as(path).isEqualTo(403);
        }
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}|flow: must be one of configure-mfa-sign-on, configure-passwordless-sign-on.",
        "{\"flow\": \"roll-out-application\"}|flow: must be one of configure-mfa-sign-on, configure-passwordless-sign-on.",
        "{\"flow\": [\"configure-mfa-sign-on\"]}|flow: must be one of configure-mfa-sign-on, configure-passwordless-sign-on.",
        "{\"flow\": \"configure-mfa-sign-on\", \"applicationName\": \"App\"}|policyName: is required",
        "{\"flow\": \"configure-mfa-sign-on\", \"applicationName\": {\"a\": 1}, \"policyName\": \"P\"}|applicationName: must be a string, number",
        "{\"flow\": \"configure-mfa-sign-on\", \"applicationName\": \"App\", \"policyName\": \"P\", \"x\": 1}|x: is not",
        "{\"flow\": \"configure-mfa-sign-on\", \"applicationName\": \"App\", \"policyName\": \"P\", \"approvalRequired\": \"yes\"}|approvalRequired: must be",
        "{\"flow\": \"configure-passwordless-sign-on\", \"applicationName\": \"App\", \"policyName\": \"P\"}|applicationName: is not",
        "[]|Failed to read request", "{|Failed to read request"})
    void badRequestsAreAnsweredWithASentence(String request, String sentence) {
        for (String plan : List.of("", "?plan=true")) {
            Answer answer = rest("requester").call("POST", "/api/changes" + plan, request);
            assertThat(answer.status()).as(plan + answer.body()).isEqualTo(400);
            assertThat(answer.json().get("detail").asString()).as(plan).contains(sentence);
        }
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    private static final String CHOICES = "/changes/new/choices?environment=sandbox&flow=";

    @Test
    void onlyWhoMayStartIsToldWhatThereIs() {
        for (String flow : List.of("configure-mfa-sign-on", "configure-passwordless-sign-on")) {
            assertThat(Caller.nobody(port).call("GET", CHOICES + flow, null).status()).isEqualTo(401);
            for (String user : List.of("approver", "operator")) {
                assertThat(rest(user).call("GET", CHOICES + flow, null).status()).as(user).isEqualTo(403);
                assertThat(rest(user).call("HEAD", CHOICES + flow, null).status()).as("HEAD of " + user).isEqualTo(403);
            }
        }
        assertThat(page("requester", CHOICES + "configure-mfa-sign-on").body()).contains("value=\"profile\"", "value=\"offline_access\"")
            .doesNotContain("p1:read:user");
        assertThat(page("admin", CHOICES + "configure-passwordless-sign-on&search=SELF").body()).contains("PingOne Self-Service")
            .doesNotContain("Admin Console");
        assertThat(page("requester", "/changes/new/choices?environment=%3Cb%3E&flow=configure-mfa-sign-on").body())
            .contains("There is no such PingOne environment.", "name=\"scopes\"").doesNotContain("<b>");
    }

    @Test
    void choicesAreReadOnceAndFallBackToTyping() {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "GET", "path": "/applications", "effect": "status", "status": 400, "code": "<b>CODE</b>"}""");
        assertThat(page("requester", CHOICES + "configure-passwordless-sign-on").body()).contains("nothing to choose from now, so type it here",
            "&lt;b&gt;CODE", "type=\"text\" name=\"applicationId\"").doesNotContain("<b>");
        int before = sandbox("ledger").size();
        for (String search : List.of("", "p", "pi", "none")) {
            assertThat(page("requester", CHOICES + "configure-passwordless-sign-on&search=" + search).body())
                .contains("name=\"search\"", search.equals("none") ? "None matches." : "type=\"radio\" name=\"applicationId\"");
        }
        assertThat(sandbox("ledger").size()).as("one reading for all that is typed").isEqualTo(before + 1);
    }

    /** A preview that is not understood must not become a start. */
    @ParameterizedTest
    @ValueSource(strings = {"plan=true&plan=true", "plan=true&plan=false", "plan=TRUE", "plan=", "plan=false&applicationName=two"})
    void nothingAmbiguousIsStarted(String ambiguous) {
        Answer answer = rest("requester").send("POST", "/changes/new", "flow=configure-mfa-sign-on&environment=sandbox&policyName=Rep_MFA"
            + "&applicationName=Rep&" + ambiguous, "Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true");
        assertThat(answer.body()).contains("Nothing was started.");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @Test
    void onlyWhatWasPreviewedIsStarted() {
        String form = "flow=configure-mfa-sign-on&applicationName=App&authenticators=sms&noDevicesMode=&approvalRequired=false&reason=R1"
            + "&policyName=Seen_MFA";
        String preview = rest("requester").send("POST", "/changes/new", form + "&plan=true", "Content-Type",
            "application/x-www-form-urlencoded", "HX-Request", "true").body();
        assertThat(preview).contains("Text message", "R1", "At once, without another person", "It takes effect at once: this installation");
        String previewed = preview.replaceFirst("(?s).*name=\"previewed\" value=\"([^\"]+)\".*", "&plan=false&previewed=$1");
        assertThat(rest("requester").send("POST", "/changes/new", form.replace("Seen", "Other") + previewed, "Content-Type",
            "application/x-www-form-urlencoded").body()).contains("The form was changed after the preview. Nothing was started");
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
        assertThat(rest("requester").send("POST", "/changes/new", form + previewed, "Content-Type",
            "application/x-www-form-urlencoded").status()).isEqualTo(302);
    }

    /** Anything else would be an error in the log. */
    @Test
    void parametersThatCannotBeReadAreRefused(CapturedOutput output) {
        for (String path : List.of("/changes?q=%ff", "/api/changes?q=%ff", "/api/audit?from=%ff", "/changes/new?flow=%ff")) {
            Answer answer = rest("admin").call("GET", path, null);
            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.body()).as(path).contains("The request is malformed");
        }
        assertThat(rest("requester").send("POST", "/changes/new", "flow=%ff", "Content-Type", "application/x-www-form-urlencoded").status())
            .isEqualTo(400);
        assertThat(output.getAll()).doesNotContain("MalformedInputException", "InvalidParameterException");
    }

    @Test
    void theLoginOfTheSandboxSaysWhoMayLogInAsLongAsItIsTrue() {
        Caller nobody = Caller.nobody(port);
        Runnable check = () -> ReflectionTestUtils.invokeMethod(context.getBean("sandboxUsers"), "check");
        check.run();
        assertThat(nobody.send("GET", "/login", null, "Accept", HTML).body()).contains("approver-sandbox", "operator-sandbox");
        User approver = identities.createUserQuery().userId("approver").singleResult();
        try {
            approver.setPassword("a real one");
            identities.saveUser(approver);
            check.run();
            assertThat(nobody.send("GET", "/login", null, "Accept", HTML).body()).contains("operator-sandbox")
                .doesNotContain("approver", "a real one");
        } finally {
            approver.setPassword("approver-sandbox");
            identities.saveUser(approver);
            check.run();
        }
    }

    @Test
    void thePageNamesFieldsByTheirLabelsAndJoinsWhatIsChosen() {
        String form = "flow=configure-mfa-sign-on&applicationName=App&policyName=a+b&authenticators=sms&authenticators=pigeon&plan=true";
        String said = rest("requester").send("POST", "/changes/new", form, "Content-Type", "application/x-www-form-urlencoded").body();
        assertThat(said).contains("Sign-on policy: must be 1 to 256", "Authenticators: must be one or more of");
        assertThat(said).as("without scripts, a page with what was filled in").contains("<html", "value=\"a b\"");
        Answer started = rest("requester").send("POST", "/changes/new", form.replace("a+b", "Joined_MFA").replace("pigeon", "email")
            .replace("plan=true", "scopes=profile&scopes=email"), "Content-Type", "application/x-www-form-urlencoded");
        assertThat(started.status()).as(started.body()).isEqualTo(302);
        assertThat(runtime.createVariableInstanceQuery().variableName("authenticators").singleResult().getValue()).isEqualTo("sms,email");
        assertThat(runtime.createVariableInstanceQuery().variableName("scopes").singleResult().getValue()).isEqualTo("profile,email");
    }

    @Test
    void planMustBeTrueOrFalse() {
        String request = body("configure-mfa-sign-on", "\"applicationName\": \"App\", \"policyName\": \"P\"");
        for (String plan : List.of("1", "yes", "TRUE", "true%20")) {
            assertThat(rest("requester").call("POST", "/api/changes?plan=" + plan, request).status()).as(plan).isEqualTo(400);
        }
        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"/, login", "/changes, login?to=changes", "/changes/x, ../login?to=changes%2Fx", "/roll-outs/x, ../login?to=roll-outs%2Fx",
        "/swagger-ui.html, login?to=swagger-ui.html"})
    void whoOpensAPageLogsInFirst(String path, String to) {
        Caller nobody = Caller.nobody(port);
        Answer answer = nobody.send("GET", path, null, "Accept", HTML);
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.header("Location")).isEqualTo(to);
        assertThat(nobody.send("GET", path, null, "Accept", "application/json").status()).as("a program").isEqualTo(401);
        assertThat(Caller.basic(port, "stranger", "wrong").send("GET", path, null, "Accept", HTML).status()).isEqualTo(401);
    }

    @Test
    void loggingOutEndsTheSessionEverywhere() {
        Caller web = Caller.web(port, "approver");
        assertThat(web.send("GET", "/changes", null, "Accept", HTML).status()).isEqualTo(200);
        assertThat(web.send("POST", "/logout", null, "Origin", "http://evil.example").status()).as("from another site").isEqualTo(403);
        assertThat(web.send("POST", "/logout", null, "Sec-Fetch-Site", "cross-site").status()).as("from another site").isEqualTo(403);
        assertThat(web.send("GET", "/changes", null, "Accept", HTML).status()).isEqualTo(200);
        assertThat(web.send("POST", "/logout", null, "Sec-Fetch-Site", "same-origin").status()).isEqualTo(302);
        assertThat(web.send("GET", "/changes", null, "Accept", HTML).status()).isEqualTo(302);
        assertThat(web.call("GET", "/camunda/api/engine/engine/default/task", null).status()).isEqualTo(401);
    }

    /** Who looks first and acts then would withdraw what has been approved in between. */
    @Test
    void aWithdrawalWaitsForTheDecisionThatIsBeingMade(@Autowired Changes changes, @Autowired PlatformTransactionManager transactions)
            throws Exception {
        String id = waiting("requester", "App", "App_MFA").getProcessInstanceId();
        ExecutorService another = Executors.newSingleThreadExecutor();
        try {
            Future<Answer> withdrawal = new TransactionTemplate(transactions).execute(status -> {
                changes.decided(id, ChangeState.ASSIGNING, "approve", "approver", null);
                Future<Answer> sent = another.submit(() -> rest("requester").call("POST", "/api/changes/" + id + "/roll-back", null));
                assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> sent.get(500, TimeUnit.MILLISECONDS));
                return sent;
            });
            assertThat(withdrawal.get().status()).isEqualTo(403);
        } finally {
            another.shutdownNow();
        }
        assertThat(state(id)).isEqualTo("ASSIGNING");
    }

    @Test
    void manyWithdrawalsAtOnceAreOne() throws Exception {
        String id = waiting("requester", "App", "App_MFA").getProcessInstanceId();
        ExecutorService many = Executors.newFixedThreadPool(8);
        try {
            List<Integer> statuses = new ArrayList<>();
            Callable<Integer> withdrawal = () -> rest("requester").call("POST", "/api/changes/" + id + "/roll-back", null).status();
            for (Future<Integer> one : many.invokeAll(Collections.nCopies(8, withdrawal))) {
                statuses.add(one.get());
            }
            assertThat(statuses).containsOnly(204, 409).containsOnlyOnce(204);
        } finally {
            many.shutdownNow();
        }
    }

    @Test
    void whoIsNoRequesterAnyMoreWithdrawsNothing() {
        user("mover", "sign-on-requesters");
        String id = waiting("mover", "App", "App_MFA").getProcessInstanceId();
        identities.deleteMembership("mover", "sign-on-requesters");
        assertThat(listed("mover", "")).containsExactly(id);
        assertThat(rest("mover").call("POST", "/api/changes/" + id + "/roll-back", null).status()).isEqualTo(403);
        assertThat(page("mover", "/changes/" + id).body()).doesNotContain("Withdraw");
    }

    @Test
    void commentsAreInTheTimeline() {
        Task task = waiting("requester", "App", "App_MFA");
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/comment/create", "{\"message\": \"Why now?\"}")
            .isSuccess()).isTrue();
        JsonNode timeline = rest("requester").call("GET", "/api/changes/" + task.getProcessInstanceId(), null).json().get("timeline");
        assertThat(StreamSupport.stream(timeline.spliterator(), false).filter(event -> event.get("type").asString().equals("COMMENT"))
            .map(event -> event.get("by").asString() + ": " + event.get("text").asString())).containsExactly("approver: Why now?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"q=%00", "after=%00", "environment=%00", "requester=%00", "rollOut=%00", "from=-1000000000-01-01T00:00:00Z",
        "to=%2B300000-01-01T00:00:00Z", "from=x", "q=%25%25_!", "state=x", "limit=-1", "a:b=1", "x%7Bq%7D=1"})
    void noParameterFails(String parameter) {
        for (String path : List.of("/api/changes", "/changes")) {
            assertThat(rest("operator").send("GET", path + "?" + parameter, null, "Accept", path.equals("/changes") ? HTML
                : "application/json").status()).as(path).isIn(200, 400, 404);
        }
        assertThat(page("operator", "/changes/%00").status()).isIn(400, 404);
    }

    /** It would ask for a password again and again, once somebody has logged out in another tab. */
    @Test
    void aPageThatLooksForNewsIsNotChallenged() {
        Caller nobody = Caller.nobody(port);
        for (String[] header : new String[][] {{"HX-Request", "true"}, {"Sec-Fetch-Mode", "cors"}}) {
            Answer answer = nobody.send("GET", "/changes", null, header);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isNull();
            assertThat(answer.header("HX-Refresh")).isEqualTo("true");
        }
        assertThat(nobody.call("GET", "/api/changes", null).header("WWW-Authenticate")).startsWith("Basic");
    }

    @Test
    void whatOneAskedForDoesNotHideWhatWaitsForOnesDecision() {
        user("both", "sign-on-requesters", "sign-on-approvers");
        waiting("requester", "Victim", "Victim_MFA");
        for (int i = 0; i < 11; i++) {
            waiting("both", "Own" + i, "Own_MFA_" + i);
        }
        String page = page("both", "/").body();
        assertThat(page.substring(page.indexOf("Waiting for your decision"), page.indexOf("Under way")))
            .contains("Victim").doesNotContain("Own1");
    }

    @Test
    void theAuditSaysWhoDidWhatInWhichWords() {
        user("rival", "sign-on-requesters");
        Task task = waiting("requester", "=cmd()", "Audit_MFA");
        waiting("rival", "Rival", "Rival_MFA");
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", """
            {"variables": {"decision": {"value": "decline"}, "comment": {"value": "=HYPERLINK(1)"}}}""").isSuccess()).isTrue();
        run(task.getProcessInstanceId());
        Answer all = rest("operator").call("GET", "/api/audit", null);
        assertThat(all.header("Content-Type")).isEqualTo("application/x-ndjson;charset=UTF-8");
        String line = all.body().lines().filter(one -> one.contains(task.getProcessInstanceId())).reduce((one, other) -> {
            throw new AssertionError("twice");
        }).orElseThrow();
        assertThat(line).contains("\"requestedBy\":\"requester\"", "\"decidedBy\":\"approver\"", "\"comment\":\"=HYPERLINK(1)\"",
            "\"state\":\"DECLINED\"");
        assertThat(all.body()).contains("Rival");
        String csv = rest("requester").call("GET", "/api/audit.csv", null).body();
        assertThat(csv).startsWith("id,flow,environment,").contains(",'=cmd(),", ",'=HYPERLINK(1)").doesNotContain("Rival");
        assertThat(rest("operator").call("GET", "/api/audit?to=2020-01-01T00:00:00Z", null).body()).isEmpty();
        assertThat(rest("operator").call("GET", "/api/audit?from=yesterday", null).status()).isEqualTo(400);
    }
}
