package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Camunda's starters are made for Spring Boot 3. Parts that do not work with another version are silently missing, so each is checked here.
 */
@TestPropertySource(properties = "camunda.bpm.job-execution.enabled=true")
class StartersTest extends RunningApp {

    @Autowired
    ConfigurableListableBeanFactory beans;

    private JsonNode json(String path) {
        Answer answer = rest("operator").call("GET", path, null);
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void healthIncludesTheEngineAndItsJobs() {
        JsonNode parts = json("/actuator/health").get("components");
        assertThat(parts.propertyNames()).contains("processEngine", "jobExecutor", "db", "pingOne");
        assertThat(parts.at("/processEngine/status").asString()).isEqualTo("UP");
        assertThat(parts.at("/processEngine/details")).hasToString("{\"name\":\"default\"}");
        assertThat(parts.at("/jobExecutor/status").asString()).isEqualTo("UP");
        JsonNode jobs = parts.at("/jobExecutor/details/jobExecutor");
        assertThat(jobs.propertyNames()).containsExactlyInAnyOrder("name", "lockOwner", "lockTimeInMillis", "maxJobsPerAcquisition",
            "waitTimeInMillis", "processEngineNames");
        assertThat(jobs.get("lockTimeInMillis").asInt()).isEqualTo(180_000);
        assertThat(jobs.get("processEngineNames")).hasToString("[\"default\"]");
    }

    /** An auto-configuration only sees beans of those ordered before it. */
    @Test
    void theDatabaseAndItsTransactionsComeBeforeTheEngine() {
        assertThat(beans.getBeanDefinitionNames()).containsSubsequence("dataSource", "transactionManager", "camundaBpmVersion");
    }

    @Test
    void theWebApplicationsAreServed() {
        for (String app : List.of("tasklist", "cockpit", "admin", "welcome")) {
            Answer page = Caller.nobody(port).call("GET", "/camunda/app/" + app + "/default/", null);
            assertThat(page.status()).as(app).isEqualTo(200);
            assertThat(page.body()).as(app).contains("<base href", "app-root");
            assertThat(page.header("Content-Security-Policy")).as(app).contains("nonce-");
        }
        Answer engines = Caller.nobody(port).call("GET", "/camunda/api/engine/engine/", null);
        assertThat(engines.body()).isEqualTo("[{\"name\":\"default\"}]");
    }

    @Test
    void theRestApiIsAvailableAndDescribed() {
        assertThat(json("/engine-rest/version").get("version").asString()).isEqualTo("7.24.0");
        JsonNode described = json("/openapi.json");
        assertThat(described.at("/servers/0/url").asString()).isEqualTo("/engine-rest");
        assertThat(described.get("paths").propertyNames()).hasSizeGreaterThan(200).contains("/task", "/process-definition/key/{key}/start");
    }

    @Test
    void soIsOurs() {
        JsonNode described = json("/v3/api-docs");
        assertThat(described.at("/servers/0/url").asString()).as("no host that a caller could name").isEqualTo("/");
        assertThat(described.get("paths").propertyNames()).containsExactlyInAnyOrder("/api/roll-outs", "/api/roll-outs/{id}",
            "/api/roll-outs/{id}/rows", "/api/roll-outs/{id}/report.csv", "/environments", "/environments/{alias}", "/api/changes", "/api/changes/{id}",
            "/api/changes/{id}/roll-back", "/api/changes/{id}/retry", "/api/changes/{id}/undo", "/api/roll-outs/{id}/undo",
            "/api/roll-outs/{id}/roll-back",
            "/api/changes/{id}/check", "/api/changes/{id}/accept", "/api/changes/{id}/terraform", "/api/changes/{id}/request",
            "/api/roll-outs/{id}/terraform",
            "/api/changes/{rollOut}/{line}",
            "/api/incidents", "/api/incidents/retry", "/api/incidents/roll-back", "/api/audit", "/api/audit.csv");
        assertThat(described.at("/paths/~1environments~1{alias}/get/description").asString()).as("what the Javadoc says")
            .startsWith("Whether the environment responds");
        assertThat(described.get("paths").values()).flatExtracting(JsonNode::values).allSatisfy(operation ->
            assertThat(operation.get("responses").propertyNames()).contains("400", "401", "403", "429", "503"));
        assertThat(described.at("/paths/~1api~1changes~1{id}~1undo/post/responses").propertyNames()).contains("201", "404", "409")
            .doesNotContain("200");
        assertThat(described.at("/components/schemas/Change/properties/undoneAt/type").values()).extracting(JsonNode::asString)
            .containsExactlyInAnyOrder("string", "null");
        assertThat(json("/v3/api-docs/swagger-config").get("urls").findValuesAsString("url"))
            .containsExactlyInAnyOrder("/v3/api-docs", "/openapi.json");
    }

    @Test
    void noForwardedHeaderIsBelieved() {
        Answer answer = rest("requester").send("GET", "/v3/api-docs/swagger-config", null, "X-Forwarded-Host", "a:b:c", "X-Forwarded-Port",
            "abc", "Forwarded", "host=evil.example;proto=https");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("oauth2RedirectUrl").asString()).startsWith("http://127.0.0.1:" + port + "/");
    }

    @Test
    void ourApiSpeaksJsonOnly() {
        for (String path : List.of("/api/roll-outs", "/environments", "/openapi.json")) {
            assertThat(rest("requester").send("GET", path, null, "Accept", "application/yaml").status()).as(path).isEqualTo(406);
        }
    }

    /** One takes an empty body for an empty object, the other keeps answers out of caches. */
    @Test
    void theRestApiHasItsFilters() {
        Answer answer = rest("operator").call("POST", "/engine-rest/task/count", "");
        assertThat(answer.body()).isEqualTo("{\"count\":0}");
        assertThat(rest("operator").call("GET", "/engine-rest/engine", null).header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void onlyTheEnginesUsersExist() {
        assertThat(beans.getBeanNamesForType(UserDetailsService.class)).isEmpty();
    }
}
