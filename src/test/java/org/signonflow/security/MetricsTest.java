package org.signonflow.security;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.signonflow.security.Caller.Answer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code /actuator/prometheus} says, and to whom. */
@TestPropertySource(properties = "signonflow.quota.calls-per-minute=6000")
class MetricsTest extends RunningApp {

    /** As Prometheus sends it. */
    private static final String ACCEPT = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    private static final String STARTED = "signonflow_flows_started_total{environment=\"sandbox\",flow=\"configure-mfa-sign-on\"}";
    private static final String ENDED =
        "signonflow_flows_ended_total{environment=\"sandbox\",flow=\"configure-mfa-sign-on\",outcome=\"%s\"}";
    private static final String CALLS =
        "signonflow_pingone_calls_total{environment=\"sandbox\",method=\"%s\",route=\"%s\",status=\"%s\"}";
    private static final String USED = "signonflow_quota_calls_total{lane=\"people\",licence=\"default\"}";
    private static final String FAULT = """
        {"method": "POST", "path": "/signOnPolicies", "effect": "status", "status": 401, "code": "%s", "times": 2}""";
    private static final String LOGINS = "signonflow_login_failures_total{reason=\"wrong_password\"}";

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    @Autowired
    PlatformTransactionManager transactions;

    /** Our samples, by name and labels. */
    private Map<String, Double> scrape() {
        // By itself it looks every fifteen seconds.
        ReflectionTestUtils.invokeMethod(context.getBean("stateMetrics"), "look");
        Answer answer = rest("operator").send("GET", "/actuator/prometheus", null);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().lines().filter(line -> line.startsWith("signonflow_"))
            .collect(Collectors.toMap(line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)), (one, other) -> one, TreeMap::new));
    }

    @ParameterizedTest
    @CsvSource({"nobody, 401", "requester, 403", "approver, 403", "operator, 200", "admin, 200"})
    void isForOperatorsAndAdministrators(String user, int status) {
        Caller caller = user.equals("nobody") ? Caller.nobody(port) : rest(user);
        for (String path : new String[] {"/actuator/prometheus", "/actuator/prometheus?includedNames=signonflow_incidents"}) {
            Answer answer = caller.send("GET", path, null, "Accept", ACCEPT);
            assertThat(answer.status()).as(path).isEqualTo(status);
            assertThat(answer.body().contains("signonflow_")).as(path).isEqualTo(status == 200);
        }
        assertThat(Caller.web(port, "operator").send("GET", "/actuator/prometheus", null, "Accept", ACCEPT).status())
            .as("a browser's session").isEqualTo(401);
    }

    @Test
    void isInPrometheussOwnFormat() {
        Answer answer = rest("operator").send("GET", "/actuator/prometheus", null, "Accept", ACCEPT);
        assertThat(answer.header("Content-Type")).startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n").contains(STARTED, "# HELP signonflow_incidents ");
    }

    /** Also before anything has happened. */
    @Test
    void everyMetricIsThereAndInTheReadme() throws Exception {
        Map<String, Set<String>> documented = new TreeMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `(signonflow_\\w+)` \\| (.*?) \\|").matcher(Files.readString(Path.of("README.md")));
        while (row.find()) {
            documented.put(row.group(1), Pattern.compile("`(\\w+)`").matcher(row.group(2)).results().map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
        }
        Map<String, Set<String>> found = new TreeMap<>();
        for (String sample : scrape().keySet()) {
            Matcher parts = SAMPLE.matcher(sample + " 0");
            assertThat(parts.matches()).as(sample).isTrue();
            String labels = parts.group(2) == null ? "" : parts.group(2);
            found.computeIfAbsent(parts.group(1).replaceFirst("_seconds_(bucket|count|sum|max)$", "_seconds"), name -> new TreeSet<>())
                .addAll(LABEL.matcher(labels).results().map(label -> label.group(1)).filter(label -> !label.equals("le")).toList());
        }
        assertThat(found).isEqualTo(documented);
    }

    @Test
    void aFlowIsCountedFromItsStartToItsEnd() {
        Map<String, Double> before = scrape();
        Task task = waiting("requester", "Shop", "Shop_MFA");
        Map<String, Double> waiting = scrape();
        assertThat(waiting.get(STARTED) - before.get(STARTED)).isEqualTo(1);
        // At night the engine's history cleanup is due as well.
        assertThat(waiting).containsEntry("signonflow_approvals_waiting", 1.0)
            .containsEntry("signonflow_jobs_due", before.get("signonflow_jobs_due"));
        assertThat(waiting.get("signonflow_approvals_oldest_age_seconds")).isBetween(0.001, 60.0);
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task.getId() + "/complete", APPROVE).status()).isEqualTo(204);
        run(task.getProcessInstanceId());
        Map<String, Double> after = scrape();
        assertThat(after).containsEntry("signonflow_approvals_waiting", 0.0)
            .containsEntry("signonflow_approvals_oldest_age_seconds", 0.0);
        Map.of(STARTED, 1, ENDED.formatted("COMPLETED"), 1, ENDED.formatted("DECLINED"), 0,
            "signonflow_approval_wait_seconds_count{environment=\"sandbox\",flow=\"configure-mfa-sign-on\"}", 1,
            "signonflow_approval_wait_seconds_bucket{environment=\"sandbox\",flow=\"configure-mfa-sign-on\",le=\"60.0\"}", 1,
            CALLS.formatted("POST", "/applications", "201"), 1, CALLS.formatted("POST", "/applications/{id}/grants", "201"), 1,
            CALLS.formatted("POST", "/signOnPolicies/{id}/actions", "201"), 1,
            "signonflow_pingone_call_duration_seconds_count{method=\"POST\",route=\"/signOnPolicies\"}", 1,
            // Seven documented calls, and five reads before the assignment.
            USED, 12).forEach((sample, more) -> assertThat(after.get(sample) - before.get(sample)).as(sample).isEqualTo((double) more));
    }

    @Test
    void onlyWhatIsCommittedIsCounted() {
        Map<String, Double> before = scrape();
        new TransactionTemplate(transactions).executeWithoutResult(open -> {
            runtime.startProcessInstanceByKey("configure-mfa-sign-on", Map.of("environment", "sandbox", "applicationName", "Shop",
                "policyName", "Shop_MFA"));
            open.setRollbackOnly();
        });
        assertThat(rest("requester").call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start",
            "{\"variables\": {\"environment\": {\"value\": \"x\\\"} 1\"}}}").status()).isEqualTo(400);
        Map<String, Double> after = scrape();
        assertThat(after.get(STARTED)).isEqualTo(before.get(STARTED));
        assertThat(after.keySet()).isEqualTo(before.keySet());
    }

    /** Whoever is asked for what: there are as many time series as before. */
    @Test
    void nobodyCanMakeMoreOfThem() {
        Map<String, Double> before = scrape();
        Caller.basic(port, "x\n\"} 1", "wrong").call("GET", "/api/changes", null);
        rest("operator").call("GET", "/environments/x%22", null);
        rest("operator").call("GET", "/api/changes/00000000-0000-0000-0000-000000000001", null);
        Map<String, Double> after = scrape();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.get(LOGINS) - before.get(LOGINS)).isEqualTo(1);
    }

    @Test
    void anIncidentIsCountedByItsStepAndPingOnesCode() {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", FAULT.formatted("ODD"));
        String instance = start("requester", "Stuck", "Stuck_MFA");
        run(instance);
        String other = "signonflow_incidents{code=\"OTHER\",step=\"Task_CreateSignOnPolicy\"}";
        assertThat(scrape()).as("a code that PingOne is not known for").containsEntry(other, 1.0);
        assertThat(sum(scrape(), "signonflow_incidents")).isEqualTo(1);

        Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", FAULT.formatted("ACCESS_FAILED"));
        Job stuck = management.createJobQuery().processInstanceId(instance).noRetriesLeft().singleResult();
        management.setJobRetries(stuck.getId(), 1);
        run(instance);
        assertThat(scrape()).containsEntry("signonflow_incidents{code=\"ACCESS_FAILED\",step=\"Task_CreateSignOnPolicy\"}", 1.0)
            .containsEntry(other, 0.0);

        management.setJobRetries(stuck.getId(), 1);
        run(instance);
        assertThat(sum(scrape(), "signonflow_incidents")).as("mended").isZero();
    }

    /** It is no number then, and what was known is not taken for what is. */
    @Test
    void whatCannotBeReadFromTheDatabaseIsNotKnown() {
        Object metrics = context.getBean("stateMetrics");
        Object database = ReflectionTestUtils.getField(metrics, "jdbc");
        scrape();
        ReflectionTestUtils.setField(metrics, "jdbc", JdbcClient.create(new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("down");
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return getConnection();
            }
        }));
        try {
            assertThat(scrape()).as("read a moment ago").containsEntry("signonflow_approvals_waiting", 0.0);
            ClockUtil.offset(Duration.ofSeconds(61).toMillis());
            assertThat(scrape()).containsEntry("signonflow_approvals_waiting", Double.NaN).containsEntry("signonflow_jobs_due", Double.NaN)
                .hasEntrySatisfying("signonflow_state_age_seconds", age -> assertThat(age).isBetween(61.0, 120.0));
        } finally {
            ClockUtil.reset();
            ReflectionTestUtils.setField(metrics, "jdbc", database);
        }
        assertThat(scrape()).containsEntry("signonflow_approvals_waiting", 0.0);
    }

    private static double sum(Map<String, Double> samples, String name) {
        return samples.entrySet().stream().filter(sample -> sample.getKey().startsWith(name + "{")).mapToDouble(Map.Entry::getValue).sum();
    }
}
