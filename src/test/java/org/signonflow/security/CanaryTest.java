package org.signonflow.security;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.signonflow.security.Endpoints.Endpoint;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Marked secrets pass through flows that succeed and flows that fail; then every place that somebody could read is searched for them. */
@TestPropertySource(properties = {"logging.level.org.signonflow=TRACE", "logging.level.okhttp3=TRACE", "logging.level.okio=TRACE",
    "logging.level.org.springframework.web=DEBUG", "logging.level.org.camunda.bpm.engine.cmd=DEBUG",
    "management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always",
    "camunda.bpm.generic-properties.properties.enable-cmd-exception-logging=true"})
class CanaryTest extends RunningApp {

    private static LeakyPingOne pingone;

    @DynamicPropertySource
    static void pingOne(DynamicPropertyRegistry properties) {
        pingone = new LeakyPingOne();
        properties.add("signonflow.environments.sandbox.api-url", () -> "http://127.0.0.1:" + pingone.port());
        properties.add("signonflow.environments.sandbox.auth-url", () -> "http://127.0.0.1:" + pingone.port());
        properties.add("signonflow.environments.sandbox.client-secret", () -> LeakyPingOne.WORKER_SECRET);
    }

    @AfterAll
    static void close() {
        pingone.close();
    }

    @Autowired
    JdbcClient jdbc;

    private static final class Log extends AppenderBase<ILoggingEvent> {
        private final StringBuffer text = new StringBuffer();

        @Override
        protected void append(ILoggingEvent event) {
            text.append(event.getLoggerName()).append(' ').append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                text.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
            }
        }
    }

    /** As it is, and as a hex dump shows it; in a URL, and as part of a Basic header. */
    private static int hits(String text, String secret) {
        String low = text.toLowerCase(Locale.ROOT);
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return (int) List.of(secret, java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8), HexFormat.of().formatHex(bytes),
            Base64.getEncoder().withoutPadding().encodeToString(bytes)).stream().distinct()
            .filter(form -> low.contains(form.toLowerCase(Locale.ROOT))).count();
    }

    private void fault(String fault) {
        assertThat(Caller.nobody(sandboxPort).call("POST", "/sandbox/faults", fault).status()).isEqualTo(201);
    }

    private void flows() {
        pingone.standsBefore(sandboxPort);
        start("requester", "Fine app", "Fine");
        run(runtime.createProcessInstanceQuery().singleResult().getId());
        String task = tasks.createTaskQuery().singleResult().getId();
        assertThat(rest("approver").call("POST", "/engine-rest/task/" + task + "/complete", APPROVE).status()).isEqualTo(204);
        run(runtime.createProcessInstanceQuery().singleResult().getId());
        assertThat(history.createHistoricVariableInstanceQuery().variableName("outcome").singleResult().getValue()).isEqualTo("COMPLETED");

        fault("{\"method\": \"POST\", \"path\": \"/signOnPolicies\", \"effect\": \"status\", \"status\": 400, \"code\": \"INVALID_DATA\"}");
        run(start("requester", "Refused app", "Refused"));
        for (String effect : List.of("\"status\", \"status\": 503", "\"status\", \"status\": 401", "\"garble\", \"when\": \"after\"",
            "\"cut\", \"when\": \"after\"", "\"status\", \"status\": 403, \"code\": \"ACCESS_FAILED\"", "\"revoke-token\"")) {
            fault("{\"method\": \"POST\", \"path\": \"/applications\", \"times\": 2, \"effect\": " + effect + "}");
            run(start("requester", "Stuck app", "Stuck_" + effect.replaceAll("\\W", "")));
        }
        management.createJobQuery().messages().list().forEach(job -> management.setJobRetries(job.getId(), 0));
        rest("admin").call("GET", "/environments/sandbox", null);
    }

    private String restAnswers() throws Exception {
        Map<String, String> ids = new LinkedHashMap<>();
        ids.put("job", management.createJobQuery().withException().list().get(0).getId());
        ids.put("process-definition", repository.createProcessDefinitionQuery().list().get(0).getId());
        ids.put("deployment", repository.createDeploymentQuery().list().get(0).getId());
        String instance = management.createJobQuery().withException().list().get(0).getProcessInstanceId();
        StringBuilder text = new StringBuilder();
        for (Endpoint endpoint : Endpoints.of(context)) {
            if (endpoint.method().equals("GET") && endpoint.path().startsWith("/engine-rest/")
                && !endpoint.path().contains("/engine/{name}")) {
                String area = endpoint.path().replaceFirst("^/engine-rest/([a-z-]*).*", "$1");
                String path = endpoint.path().replaceAll("\\{[^}]*}", Matcher.quoteReplacement(ids.getOrDefault(area, instance)));
                text.append(path).append('\n').append(rest("admin").call("GET", path, null).body()).append('\n');
            }
        }
        management.createJobQuery().withException().list().forEach(job -> text.append(
            rest("operator").call("GET", "/engine-rest/job/" + job.getId() + "/stacktrace", null).body()));
        history.createHistoricJobLogQuery().failureLog().list().forEach(log -> text.append(
            rest("operator").call("GET", "/engine-rest/history/job-log/" + log.getId() + "/stacktrace", null).body()));
        assertThat(text).contains("Stuck app", "PingOne", "at org.signonflow");
        return text.toString();
    }

    private String actuator() {
        StringBuilder text = new StringBuilder();
        rest("admin").call("GET", "/actuator", null).json().get("_links").forEach(link -> {
            String path = link.get("href").asString().replaceFirst("^https?://[^/]*", "");
            // A heap dump contains everything in the process; it is not exposed, and only its absence could be shown here.
            if (!path.contains("{") && !path.endsWith("/heapdump")) {
                text.append(path).append('\n').append(rest("admin").call("GET", path, null).body()).append('\n');
            }
        });
        for (String name : List.of("signonflow.environments.sandbox.client-secret", "camunda.bpm.admin-user.password")) {
            text.append(rest("admin").call("GET", "/actuator/env/" + name, null).body());
        }
        assertThat(text).contains("client-secret", "******");
        return text.toString();
    }

    private String rows(String sql) {
        return jdbc.sql(sql).query().listOfRows().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    private String dump() {
        return jdbc.sql("script").query(String.class).list().stream().filter(Objects::nonNull).collect(Collectors.joining("\n"));
    }

    @Test
    void noSecretLeaks() throws Exception {
        Log log = new Log();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.setContext(root.getLoggerContext());
        log.start();
        root.addAppender(log);
        Map<String, String> places = new LinkedHashMap<>();
        try {
            flows();
            places.put("REST answers", restAnswers());
            places.put("actuator", actuator());
        } finally {
            root.detachAppender(log);
        }
        assertThat(pingone.wasTold()).as("the marked token was used").isTrue();
        assertThat(pingone.refusals()).as("refusals that quote the secrets").isGreaterThan(3);
        places.put("database", dump());
        places.put("journal", rows("select * from signonflow_journal"));
        places.put("what the journal says was sent", rows("select * from signonflow_journal_detail"));
        places.put("incidents", rows("select * from act_ru_incident"));
        places.put("log at TRACE", log.text.toString());
        places.put("sandbox ledger", sandbox("ledger").toString());
        places.put("sandbox state", sandbox("state").toString());
        int found = 0;
        for (Map.Entry<String, String> place : places.entrySet()) {
            List<String> hits = pingone.secrets().stream().filter(secret -> hits(place.getValue(), secret) > 0).toList();
            found += hits.size();
            System.out.printf("%-16s %,10d characters  %d hits %s%n", place.getKey(), place.getValue().length(), hits.size(), hits);
        }
        assertThat(places.values()).allMatch(text -> text.length() > 500);
        assertThat(places.get("log at TRACE")).contains("okhttp3");
        assertThat(found).isZero();

        // Tests the search itself: a secret left in a text column, and one in a binary column.
        String instance = start("requester", "Leak " + LeakyPingOne.APPLICATION_SECRET, "Leak");
        runtime.setVariable(instance, "leak", LeakyPingOne.WORKER_SECRET.getBytes(StandardCharsets.UTF_8));
        String planted = dump();
        assertThat(hits(planted, LeakyPingOne.APPLICATION_SECRET)).isPositive();
        assertThat(hits(planted, LeakyPingOne.WORKER_SECRET)).isPositive();
        assertThat(hits("Authorization: Basic " + pingone.secrets().get(5), pingone.secrets().get(5))).isPositive();
    }
}
