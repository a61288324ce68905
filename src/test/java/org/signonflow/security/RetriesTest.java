package org.signonflow.security;

import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.security.Caller.Answer;
import tools.jackson.databind.JsonNode;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Which retries are allowed: a step with an incident gets one more attempt, and no timer is touched. */
class RetriesTest extends RunningApp {

    @BeforeEach
    void nobody() {
        user("outsider");
    }

    private String stuck() {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", """
            {"method": "POST", "path": "/signOnPolicies", "effect": "status", "status": 401, "times": 2}""");
        String instance = start("requester", "App", "Policy");
        run(instance);
        Job job = management.createJobQuery().processInstanceId(instance).noRetriesLeft().singleResult();
        assertThat(runtime.createIncidentQuery().processInstanceId(instance).count()).isEqualTo(1);
        return job.getId();
    }

    private Job job(String id) {
        return management.createJobQuery().jobId(id).singleResult();
    }

    private Answer retry(Caller caller, String job, String body) {
        String api = caller.call("GET", "/engine-rest/version", null).isSuccess() ? Caller.REST : Caller.WEB;
        Answer answer = caller.call("PUT", api + "/job/" + job + "/retries", body);
        System.out.printf("PUT retries %s: %d %.120s%n", body, answer.status(), answer.body());
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"retries\": 2147483647}", "{\"retries\": 0}", "{\"retries\": 2}", "{\"retries\": -1}",
        "{\"retries\": 1, \"dueDate\": \"2126-01-01T00:00:00.000+0000\"}", "{\"retries\": 1, \"dueDate\": null}", "{}",
        "{\"retries\": null}", "{\"retries\": \"many\"}"})
    void onlyOneAttemptAtATime(String body) {
        String job = stuck();
        for (Caller caller : List.of(rest("operator"), Caller.web(port, "operator"), rest("admin"))) {
            Answer answer = retry(caller, job, body);
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        }
        assertThat(job(job).getRetries()).isZero();
        assertThat(job(job).getDuedate()).isNull();
    }

    private enum Door {
        ENGINE, COCKPIT, OURS;

        Answer retry(RetriesTest test, String user, String job) {
            return this == OURS ? test.rest(user).call("POST", "/api/changes/%s/retry".formatted(test.job(job).getProcessInstanceId()), null)
                : test.retry(this == ENGINE ? test.rest(user) : Caller.web(test.port, user), job, "{\"retries\": 1}");
        }
    }

    @ParameterizedTest
    @CsvSource({"operator, ENGINE", "admin, ENGINE", "operator, COCKPIT", "operator, OURS"})
    void anIncidentIsRetriedAndItIsSaidByWhom(String user, Door door) {
        String job = stuck();
        for (String other : List.of("requester", "approver", "outsider")) {
            assertThat(retry(rest(other), job, "{\"retries\": 1}").status()).as(other).isEqualTo(403);
            assertThat(retry(rest(other), job, "{\"retries\": 7}").status()).as(other).isEqualTo(403);
        }
        assertThat(door.retry(this, user, job).status()).isEqualTo(204);
        assertThat(job(job).getRetries()).isEqualTo(1);
        String change = job(job).getProcessInstanceId();
        JsonNode said = rest("requester").call("GET", "/api/changes/" + change, null).json();
        assertThat(said.at("/change/retriedBy").asString()).isEqualTo(user);
        assertThat(said.get("timeline").toString()).containsOnlyOnce("\"type\":\"RETRIED\",\"step\":\"Create sign-on policy\",\"by\":\""
            + user + "\"").doesNotContain("INCIDENT_RESOLVED");
        assertThat(rest("requester").call("GET", "/api/audit", null).body()).contains("\"retriedBy\":\"" + user + "\"");
        assertThat(rest("requester").call("GET", "/api/audit.csv", null).body()).contains(",retriedBy,retriedAt", "," + user + ",");
        Answer again = retry(rest(user), job, "{\"retries\": 1}");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().get("message").asString()).isEqualTo("Only a step with an open incident can be retried.");
    }

    @Test
    void noTimersAndNoneOfTheEnginesOwnJobs() {
        String instance = waiting("requester", "App", "Policy").getProcessInstanceId();
        history.cleanUpHistoryAsync(true);
        for (Job timer : management.createJobQuery().processInstanceId(instance).timers().list()) {
            for (String body : List.of("{\"retries\": 1}", "{\"retries\": 0}", "{\"retries\": 1, \"dueDate\": null}",
                "{\"retries\": 3, \"dueDate\": \"2126-01-01T00:00:00.000+0000\"}")) {
                for (String user : List.of("operator", "admin")) {
                    assertThat(retry(rest(user), timer.getId(), body).status()).isEqualTo(400);
                    assertThat(retry(Caller.web(port, user), timer.getId(), body).status()).isEqualTo(400);
                }
            }
            assertThat(job(timer.getId()).getDuedate()).isEqualTo(timer.getDuedate());
            assertThat(job(timer.getId()).getRetries()).isEqualTo(timer.getRetries());
        }
        assertThat(history.findHistoryCleanupJobs()).isNotEmpty();
        for (Job cleanUp : history.findHistoryCleanupJobs()) {
            for (String user : List.of("outsider", "requester", "operator", "admin")) {
                for (String body : List.of("{\"retries\": 0}", "{\"retries\": 1}")) {
                    assertThat(retry(rest(user), cleanUp.getId(), body).status()).as(user).isEqualTo(403);
                }
            }
            assertThat(job(cleanUp.getId()).getRetries()).isEqualTo(cleanUp.getRetries());
        }
    }
}
