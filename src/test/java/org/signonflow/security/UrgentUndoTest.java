package org.signonflow.security;

import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.signonflow.security.Caller.Answer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may have a policy unassigned at once, by each door, and where that is seen. */
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(properties = "signonflow.undo.urgent=true")
class UrgentUndoTest extends RunningApp {

    private static final String URGENT = "{\"urgent\": true, \"reason\": \"CHG-9\"}";

    private String page(String user, String path) {
        return rest(user).send("GET", path, null, "Accept", "text/html").body();
    }

    private String completed() {
        Task task = waiting("requester", "App", "App_MFA");
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).isSuccess()).isTrue();
        run(task.getProcessInstanceId());
        return task.getProcessInstanceId();
    }

    private String state(String id) {
        return rest("operator").call("GET", "/api/changes/" + id, null).json().at("/change/state").asString();
    }

    private int assigned() {
        return sandbox("state").get("signOnPolicyAssignments").size();
    }

    @Test
    void isRefusedToEverybodyButOperatorsAndLeavesNoTrace() {
        String id = completed();
        Answer refused = rest("requester").call("POST", "/api/changes/" + id + "/undo", URGENT);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().get("detail").asString()).isEqualTo(
            "Only operators may have a change undone urgently: one person then decides how users sign on.");
        String start = "{\"variables\": {\"change\": {\"value\": \"%s\"}, \"urgent\": {\"value\": true}}}".formatted(id);
        assertThat(rest("requester").call("POST", "/engine-rest/process-definition/key/undo-sign-on/start", start).status()).isEqualTo(403);
        Answer form = rest("requester").send("POST", "/changes/" + id + "/undo", "urgent=true", "Content-Type",
            "application/x-www-form-urlencoded");
        assertThat(form.status()).isEqualTo(403);
        assertThat(form.body()).contains("Only operators may have a change undone urgently");
        Answer bad = rest("operator").call("POST", "/api/changes/" + id + "/undo", "{\"urgent\": \"yes\"}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.json().get("detail").asString()).isEqualTo("urgent: must be true or false.");
        assertThat(page("requester", "/changes/" + id + "/undo")).doesNotContain("name=\"urgent\"");
        assertThat(runtime.createProcessInstanceQuery().processDefinitionKey("undo-sign-on").count()).isZero();
        assertThat(rest("operator").call("GET", "/api/changes/" + id, null).json().at("/change/undoneBy").isNull()).isTrue();
    }

    @Test
    void isSeenByWhoeverItConcerns(CapturedOutput output) {
        int before = assigned();
        String id = completed();
        assertThat(page("operator", "/changes/" + id + "/undo")).contains("name=\"urgent\"", "You alone decide this");
        Answer started = rest("operator").send("POST", "/changes/" + id + "/undo", "urgent=true&reason=CHG-9", "Content-Type",
            "application/x-www-form-urlencoded");
        assertThat(started.status()).isEqualTo(302);
        String undo = started.header("Location").replaceFirst(".*/", "");
        assertThat(output).contains("WARN").contains("Urgent undo %s of change %s: operator has the policy App_MFA unassigned at once"
            .formatted(undo, id));
        run(undo);
        assertThat(state(undo)).isEqualTo("WAITING_FOR_APPROVAL");
        assertThat(assigned()).isEqualTo(before);

        assertThat(page("requester", "/changes/" + id)).contains("Unassigned by an undo: not in effect",
            "Its policy was unassigned at once", "the rest of the undo waits for approval").doesNotContain("Completed: in effect");
        assertThat(page("approver", "/changes/" + undo)).contains("Urgent: the policy has already been unassigned");
        assertThat(page("approver", "/")).contains("Urgent: already unassigned");
        String audit = rest("approver").call("GET", "/api/audit", null).body();
        assertThat(audit.lines().filter(line -> line.contains("\"id\":\"" + undo + "\"")).findFirst().orElseThrow())
            .contains("\"requestedBy\":\"operator\"", "\"about\":\"" + id + "\"", "\"unassignedAt\":\"");
        assertThat(audit.lines().filter(line -> line.contains("\"id\":\"" + id + "\"")).findFirst().orElseThrow())
            .contains("\"unassignedAt\":\"");

        Task task = tasks.createTaskQuery().processInstanceId(undo).singleResult();
        identities.createMembership("operator", "sign-on-approvers");
        try {
            assertThat(rest("operator").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).status())
                .as("who requested it").isEqualTo(403);
        } finally {
            identities.deleteMembership("operator", "sign-on-approvers");
        }
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", DECLINE).isSuccess()).isTrue();
        run(undo);
        assertThat(state(undo)).isEqualTo("DECLINED");
        assertThat(assigned()).isEqualTo(before + 1);
        assertThat(page("requester", "/changes/" + id)).contains("Completed: in effect", "and has been assigned again");
        JsonNode details = rest("requester").call("GET", "/api/changes/" + id, null).json();
        String assignment = details.at("/ids/assignmentId").asString();
        assertThat(sandbox("state").get("signOnPolicyAssignments").toString()).as("that which is there now").contains(assignment);
        assertThat(details.at("/change/unassignedAt").isNull()).isTrue();
    }
}
