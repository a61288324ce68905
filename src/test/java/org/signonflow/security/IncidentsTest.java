package org.signonflow.security;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.signonflow.security.Caller.Answer;
import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Changes that are stuck for the same reason: who sees them, and who may do what with all of them. */
class IncidentsTest extends RunningApp {

    private static final String CAUSE = "?step=Task_CreateSignOnPolicy&code=ACCESS_FAILED&environment=sandbox";

    private List<String> stuck(int from, int changes) {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "POST", "path": "/signOnPolicies", "effect": "status", "status": 401, "times": %d}""".formatted(2 * changes));
        List<String> instances = new ArrayList<>();
        for (int i = from; i < from + changes; i++) {
            String instance = start("requester", "Shop " + i, "Shop_" + i);
            run(instance);
            instances.add(instance);
        }
        return instances;
    }

    private JsonNode overview(String user) {
        Answer answer = rest(user).call("GET", "/api/incidents", null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode change(String id) {
        return rest("operator").call("GET", "/api/changes/" + id, null).json().get("change");
    }

    private JsonNode begin(String user, String action) {
        Answer answer = rest(user).call("POST", "/api/incidents/" + action + CAUSE, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json();
    }

    /** Until it has ended. */
    private JsonNode ended(JsonNode action) {
        return Awaitility.await().until(() -> overview("operator").get("actions").valueStream()
            .filter(one -> one.get("id").equals(action.get("id"))).findFirst().orElseThrow(), one -> !one.get("endedAt").isNull());
    }

    @Test
    void allOfAGroupAreRetriedAtOnce() {
        List<String> instances = stuck(1, 12);
        JsonNode group = overview("operator").get("groups").get(0);
        assertThat(overview("operator").get("groups")).hasSize(1);
        assertThat(group.at("/cause/step").asString()).isEqualTo("Task_CreateSignOnPolicy");
        assertThat(group.at("/cause/code").asString()).isEqualTo("ACCESS_FAILED");
        assertThat(group.get("changes").asInt()).isEqualTo(12);
        assertThat(rest("operator").send("GET", "/incidents", null, "Accept", "text/html").body())
            .contains("Create sign-on policy", "12", "Retry all", "Roll back all");

        JsonNode done = ended(begin("operator", "retry"));
        assertThat(done.get("changes").asInt()).isEqualTo(12);
        assertThat(done.get("done").asInt()).isEqualTo(12);
        assertThat(done.get("requestedBy").asString()).isEqualTo("operator");
        assertThat(overview("operator").get("groups")).isEmpty();
        instances.forEach(this::run);
        assertThat(instances).extracting(id -> change(id).get("state").asString()).containsOnly("WAITING_FOR_APPROVAL");
        assertThat(instances).extracting(id -> change(id).get("retriedBy").asString()).containsOnly("operator");
    }

    /** A person decides on what was there: what gets stuck later is left alone. */
    @Test
    void whatIsRolledBackIsWhatWasStuckThen() {
        List<String> instances = stuck(20, 3);
        JsonNode action = begin("admin", "roll-back");
        String later = stuck(30, 1).get(0);
        assertThat(ended(action).get("done").asInt()).isEqualTo(3);
        instances.forEach(this::run);
        assertThat(instances).extracting(id -> change(id).get("state").asString()).containsOnly("ROLLED_BACK");
        assertThat(instances).extracting(id -> change(id).get("rolledBackBy").asString()).containsOnly("admin");
        assertThat(change(later).get("state").asString()).isEqualTo("CREATING");
    }

    @Test
    void whoIsNoOperatorAnyMoreHasNothingMoreDone() {
        user("leaver", "sign-on-operators");
        List<String> instances = stuck(40, 2);
        JsonNode action = begin("leaver", "retry");
        identities.deleteMembership("leaver", "sign-on-operators");
        ended(action);
        // It may have been quicker.
        assertThat(instances).allSatisfy(id -> assertThat(change(id).get("retriedBy").asString("leaver")).isEqualTo("leaver"));
        assertThat(rest("leaver").call("POST", "/api/incidents/retry" + CAUSE, "").status()).isEqualTo(403);
    }

    @Test
    void requestersSeeTheirOwn() {
        user("other", "sign-on-requesters");
        stuck(50, 1);
        assertThat(overview("requester").get("groups").get(0).get("changes").asInt()).isEqualTo(1);
        assertThat(overview("other").get("groups")).isEmpty();
        assertThat(overview("approver").get("groups")).hasSize(1);
        assertThat(rest("approver").send("GET", "/incidents", null, "Accept", "text/html").body()).contains("Stuck")
            .doesNotContain("Retry all</button>");
        assertThat(rest("other").send("GET", "/incidents", null, "Accept", "text/html").body()).contains("Nothing is stuck");
    }

    @ParameterizedTest
    @CsvSource({"requester, 403", "approver, 403", "operator, 404", "admin, 404"})
    void onlyOperatorsMayAct(String user, int status) {
        for (String action : List.of("retry", "roll-back")) {
            for (String cause : List.of(CAUSE.replace("sandbox", "nowhere"), CAUSE.replace("Task_", "%00"), "?step=&code=&environment=x")) {
                assertThat(rest(user).call("POST", "/api/incidents/" + action + cause, "").status()).as(cause).isEqualTo(status);
            }
            assertThat(rest(user).call("POST", "/api/incidents/" + action, "").status()).isEqualTo(400);
        }
        assertThat(overview("operator").get("actions").valueStream().map(action -> action.at("/cause/environment").asString()))
            .doesNotContain("nowhere", "x");
    }
}
