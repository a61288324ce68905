package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.signonflow.change.Changes;
import org.signonflow.change.Check;
import org.signonflow.change.DriftState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.util.ReflectionTestUtils;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The timer's check of several environments. */
@TestPropertySource(properties = {"signonflow.drift.check=hourly", "signonflow.http.read-timeout=4s", "signonflow.http.call-timeout=5s"})
@ActiveProfiles("sandbox")
class DriftTimerTest extends FlowTest {

    /** Accepts connections and never answers. */
    private static final ServerSocket SILENT = silent();

    private static ServerSocket silent() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @DynamicPropertySource
    static void anEnvironmentThatHangs(DynamicPropertyRegistry properties) {
        String environment = "signonflow.environments.hangs.";
        String url = "http://127.0.0.1:" + SILENT.getLocalPort();
        properties.add(environment + "api-url", () -> url);
        properties.add(environment + "auth-url", () -> url);
        for (String id : new String[] {"environment-id", "client-id", "client-secret"}) {
            properties.add(environment + id, () -> "11111111-2222-3333-4444-555555555555");
        }
    }

    @AfterAll
    static void close() throws IOException {
        SILENT.close();
    }

    @Test
    void oneThatHangsHoldsUpNoOther(@Autowired ApplicationContext context, @Autowired Changes changes, @Autowired JdbcClient jdbc) {
        ProcessInstance[] completed = new ProcessInstance[2];
        for (int i = 0; i < completed.length; i++) {
            completed[i] = runtime.startProcessInstanceByKey("configure-mfa-sign-on", Map.of("applicationName", "App " + i,
                "policyName", "Policy_" + i, "approvalRequired", false));
            run(completed[i]);
            assertEnded(completed[i], "COMPLETED");
        }
        jdbc.sql("update signonflow_change set environment = 'hangs' where id = :id").param("id", completed[0].getId()).update();
        long begun = System.nanoTime();
        ReflectionTestUtils.invokeMethod(context.getBean("driftCheck"), "look");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("the scheduler's threads are few").isLessThan(Duration.ofSeconds(2));
        await().atMost(Duration.ofSeconds(60)).until(() -> changes.find(completed[1].getId()).orElseThrow().check() != null);
        assertThat(changes.find(completed[1].getId()).orElseThrow().check().drift()).isEqualTo(DriftState.UNCHANGED);
        await().atMost(Duration.ofSeconds(60)).until(() -> changes.find(completed[0].getId()).orElseThrow().check() != null);
        Check failed = changes.find(completed[0].getId()).orElseThrow().check();
        assertThat(failed.drift()).isNull();
        assertThat(failed.failure()).contains("PingOne did not carry out");
    }
}
