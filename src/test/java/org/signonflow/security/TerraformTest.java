package org.signonflow.security;

import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.signonflow.rollout.RollOutFixture;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What is carried elsewhere, by whom, and what is said if it cannot be. What Terraform says of it is shown by {@link TerraformIT}. */
class TerraformTest extends RunningApp {

    private static final String WORKER = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";
    private static final String ENVIRONMENT = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";

    @Autowired
    RollOuts rollOuts;
    @Autowired
    JdbcTemplate jdbc;

    @AfterEach
    void forget() {
        jdbc.update("delete from signonflow_roll_out");
    }

    private String completed(String body) {
        Answer started = rest("requester").call("POST", "/api/changes", body);
        assertThat(started.status()).as(started.body()).isEqualTo(201);
        String id = started.json().get("id").asString();
        run(id);
        Task task = tasks.createTaskQuery().processInstanceId(id).singleResult();
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).isSuccess()).isTrue();
        // Two that assign to the same application keep a distance.
        for (int i = 0; i < 100 && !details(id).at("/change/state").asString().equals("COMPLETED"); i++) {
            run(id);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        assertThat(details(id).at("/change/state").asString()).isEqualTo("COMPLETED");
        return id;
    }

    private String banking() {
        return completed("""
            {"flow": "configure-mfa-sign-on", "applicationName": "Banking app", "policyName": "Banking_MFA", "approvalRequired": true,
             "redirectUris": "https://www.example.com",
             "bundleId": "com.example.banking", "reason": "CHG-1", "scopes": "profile, email"}""");
    }

    private JsonNode details(String id) {
        return rest("operator").call("GET", "/api/changes/" + id, null).json();
    }

    private Answer terraform(String user, String id) {
        return rest(user).call("GET", "/api/changes/" + id + "/terraform", null);
    }

    private void refused(Answer answer, int status, String sentence) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().get("detail").asString()).matches(sentence);
    }

    private void fault(String json) {
        assertThat(Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", json).isSuccess()).isTrue();
    }

    @Test
    void whoMaySeeItMayCarryItElsewhere() {
        user("rival", "sign-on-requesters");
        String id = banking();
        for (String user : List.of("requester", "approver", "operator", "admin")) {
            Answer exported = terraform(user, id);
            assertThat(exported.status()).as(exported.body()).isEqualTo(200);
            assertThat(exported.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
            assertThat(exported.header("Content-Disposition")).isEqualTo("attachment; filename=\"change-" + id + ".tf\"");
            assertThat(exported.body()).contains("pingone_application.banking_app", "pingone_sign_on_policy.banking_mfa",
                "pingone_application_resource_grant.banking_app", "pingone_application_sign_on_policy_assignment.banking_app",
                "# Left out: the MFA action").doesNotContain("sandbox-worker-secret", WORKER);
            assertThat(rest(user).call("GET", "/api/changes/" + id + "/request", null).status()).isEqualTo(200);
            assertThat(page(user, id)).contains("/terraform\"", "/request\"");
        }
        for (String what : List.of("/terraform", "/request")) {
            Answer none = rest("rival").call("GET", "/api/changes/" + UUID.randomUUID() + what, null);
            Answer others = rest("rival").call("GET", "/api/changes/" + id + what, null);
            refused(others, 404, "There is no such change\\.");
            assertThat(others.body().replace(id, "")).isEqualTo(none.body().replaceAll("[0-9a-f-]{36}", ""));
            assertThat(Caller.nobody(port).call("GET", "/api/changes/" + id + what, null).status()).isEqualTo(401);
        }
    }

    private String page(String user, String id) {
        return rest(user).send("GET", "/changes/" + id, null, "Accept", "text/html").body();
    }

    @Test
    void onlyWhatIsInEffectIsExported() {
        String waiting = waiting("requester", "App", "App_MFA").getProcessInstanceId();
        refused(terraform("requester", waiting), 409, "It has not completed yet\\. Only what is in effect is exported\\.");
        assertThat(page("requester", waiting)).doesNotContain("/terraform\"").contains("/request\"");
        Answer asText = rest("requester").send("GET", "/api/changes/" + waiting + "/terraform", null, "Accept", "text/plain");
        refused(asText, 409, "It has not completed yet.*");
        assertThat(rest("requester").call("POST", "/api/changes/" + waiting + "/roll-back", null).status()).isEqualTo(204);
        run(waiting);
        refused(terraform("requester", waiting), 409, "It did not complete\\. Nothing of it is left in PingOne\\.");

        String id = banking();
        String undo = rest("requester").call("POST", "/api/changes/" + id + "/undo", "{\"keep\": \"application\"}").json()
            .get("id").asString();
        refused(terraform("requester", undo), 409, "An undo creates nothing that Terraform could take over\\.");
        refused(rest("requester").call("GET", "/api/changes/" + undo + "/request", null), 409, "An undo takes back one change.*");
        assertThat(page("requester", undo)).doesNotContain("/terraform\"", "/request\"");
        run(undo);
        Task task = tasks.createTaskQuery().processInstanceId(undo).singleResult();
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).isSuccess()).isTrue();
        run(undo);
        assertThat(details(id).at("/change/undoneAt").isNull()).isFalse();
        assertThat(terraform("requester", id).body()).contains(", undone at ", "resource \"pingone_application\" \"banking_app\"")
            .doesNotContain("resource \"pingone_sign_on_policy");
    }

    @Test
    void whatIsGoneOrChangedIsSaid() {
        String id = banking();
        String application = details(id).at("/ids/applicationId").asString();
        String address = "/applications/" + application;
        ObjectNode changed = (ObjectNode) pingone("GET", address, null).json();
        changed.put("name", "Other \u202e\"${x}\nline");
        changed.putArray("redirectUris").add("app:/callback");
        assertThat(pingone("PUT", address, changed.toString()).status()).isEqualTo(200);
        assertThat(pingone("DELETE", address + "/grants/" + details(id).at("/ids/grantId").asString(), null).status()).isEqualTo(204);
        String text = terraform("operator", id).body();
        assertThat(text).contains("The provider does not accept its URI app:/callback.", "PingOne no longer has it.")
            .contains("application_id    = \"" + application + "\"").doesNotContain("resource \"pingone_application\"", "_grant\"");
        changed.putArray("redirectUris");
        assertThat(pingone("PUT", address, changed.toString()).status()).isEqualTo(200);
        assertThat(terraform("operator", id).body()).contains("#   name is \"Other ?\\\"${x}\\nline\", was \"Banking app\"\n",
            "  name                   = \"Other \\u202E\\\"\\u0024{x}\\nline\"\n");
    }

    private Answer pingone(String method, String path, String body) {
        String token = Caller.basic(sandboxPort, WORKER, "sandbox-worker-secret").send("POST", "/" + ENVIRONMENT + "/as/token",
            "grant_type=client_credentials", "Content-Type", "application/x-www-form-urlencoded").json().get("access_token").asString();
        return Caller.nobody(sandboxPort).send(method, "/v1/environments/" + ENVIRONMENT + path, body, "Authorization", "Bearer " + token,
            "Content-Type", "application/json");
    }

    @Test
    void aPingOneThatFailsIsNamedWithTheCall() {
        String id = banking();
        fault("{\"method\": \"GET\", \"path\": \"/signOnPolicies/*\", \"effect\": \"status\", \"status\": 500}");
        refused(terraform("operator", id), 502, "The sign-on policy Banking_MFA \\([0-9a-f-]{36}\\) could not be read: "
            + "PingOne gave no usable answer to GET /v1/environments/.*/signOnPolicies/[0-9a-f-]{36}: .*status 500.*");
        fault("{\"method\": \"GET\", \"path\": \"/applications/*\", \"effect\": \"status\", \"status\": 403, \"code\": \"ACCESS_FAILED\"}");
        refused(terraform("operator", id), 502, "The .*Banking app.* could not be read: PingOne .* GET /v1/environments/.*");
        fault("{\"method\": \"GET\", \"path\": \"/resources\", \"effect\": \"delay\", \"delayMillis\": 12000}");
        refused(terraform("operator", id), 504,
            "The list of resources was still to be read after 10 seconds, so nothing was exported\\.");
        assertThat(terraform("operator", id).status()).as("afterwards").isEqualTo(200);
    }

    @Test
    void theSameStartsInAnotherEnvironment() {
        String id = banking();
        Answer exported = rest("requester").call("GET", "/api/changes/" + id + "/request", null);
        assertThat(exported.json().propertyNames()).containsExactly("flow", "applicationName", "redirectUris", "bundleId", "scopes",
            "policyName", "authenticators", "assignmentPriority", "reason");
        // One in which there is nothing of it yet.
        Caller.nobody(sandboxPort).call("POST", "/sandbox/reset", "");
        JsonNode before = details(id);
        String again = completed(exported.body());
        assertThat(details(again).get("request")).isEqualTo(before.get("request"));
    }

    @Test
    void whatIsKnownInOneEnvironmentOnlyHasToBeReplaced() {
        String application = details(banking()).at("/ids/applicationId").asString();
        String policy = pingone("GET", "/deviceAuthenticationPolicies", null).json()
            .at("/_embedded/deviceAuthenticationPolicies/0/id").asString();
        String id = completed("""
            {"flow": "configure-passwordless-sign-on", "applicationId": "%s", "policyName": "Later", "assignmentPriority": 2,
             "deviceAuthenticationPolicyId": "%s", "noDevicesMode": "BLOCK"}""".formatted(application, policy));
        String exported = rest("requester").call("GET", "/api/changes/" + id + "/request", null).body();
        assertThat(exported).doesNotContain(application, policy, ENVIRONMENT, "sandbox", "authenticators");
        Answer asItIs = rest("requester").call("POST", "/api/changes", exported);
        refused(asItIs, 400, "applicationId: .*deviceAuthenticationPolicyId: .*");
        ObjectNode filled = (ObjectNode) JsonMapper.shared().readTree(exported);
        assertThat(filled.get("applicationId").asString()).isEqualTo("<id of the application Banking app>");
        assertThat(filled.get("deviceAuthenticationPolicyId").asString()).isEqualTo("<id of an MFA device policy>");
        completed(filled.put("applicationId", application).put("deviceAuthenticationPolicyId", policy).put("policyName", "Elsewhere")
            .put("assignmentPriority", "3").toString());
    }

    @Test
    void aRollOutIsExportedInParts() {
        refused(rest("operator").call("GET", "/api/roll-outs/x/terraform", null), 404, "There is no such roll-out\\.");
        RollOutFixture rollOut = new RollOutFixture(rollOuts, "Big", "requester", 101);
        String path = "/api/roll-outs/" + rollOut.id() + "/terraform";
        user("rival", "sign-on-requesters");
        refused(rest("rival").call("GET", path, null), 404, "There is no such roll-out\\.");
        rollOut.enter(Stage.ASSIGNING);
        refused(rest("requester").call("GET", path, null), 409, "It has not ended yet\\. Only what is in effect is exported\\.");
        rollOut.reach(RowState.COMPLETED, null, IntStream.rangeClosed(1, 101).toArray());
        rollOut.enter(Stage.COMPLETED);
        refused(rest("requester").call("GET", path, null), 400,
            "It has more than 100 rows in effect\\. Ask for them in parts: with limit=100, .*");
        for (String query : List.of("?limit=0", "?limit=101", "?limit=x", "?after=x")) {
            refused(rest("requester").call("GET", path + query, null), 400, "(limit|after): must be .*");
        }
        String inEffect = banking();
        String undone = completed("{\"flow\": \"configure-mfa-sign-on\", \"applicationName\": \"Undone\", \"policyName\": \"Undone_MFA\"}");
        RollOutFixture some = new RollOutFixture(rollOuts, "Some", "requester", 5);
        some.reach(RowState.COMPLETED, null, 1, 2);
        some.reach(RowState.REJECTED, "No", 3, 4);
        some.enter(Stage.COMPLETED);
        Map.of(1, inEffect, 2, undone).forEach((line, id) -> {
            jdbc.update("update signonflow_roll_out_row set instance_id = ? where roll_out_id = ? and line = ?", id, some.id(), line);
            jdbc.update("update signonflow_change set roll_out = ?, line = ? where id = ?", some.id(), line, id);
        });
        jdbc.update("update signonflow_change set undone_at = current_timestamp where id = ?", undone);
        Answer exported = rest("requester").call("GET", "/api/roll-outs/" + some.id() + "/terraform", null);
        assertThat(exported.status()).as(exported.body()).isEqualTo(200);
        assertThat(exported.body()).contains("# Left out, undone since: line 2.\n# Left out, never took effect: lines 3-5.\n");

        RollOutFixture declined = new RollOutFixture(rollOuts, "Declined", "requester", 1);
        declined.enter(Stage.DECLINED);
        refused(rest("requester").call("GET", "/api/roll-outs/" + declined.id() + "/terraform", null), 409,
            "It did not complete\\. Nothing of it is left in PingOne\\.");
    }
}
