package org.signonflow.faults;

import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.signonflow.Signonflow;
import org.signonflow.TestDatabase;
import org.signonflow.change.Changes;
import org.signonflow.harness.ChangeRecords;
import org.signonflow.harness.SandboxControl;
import org.signonflow.pingone.NativeApplication;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Timeouts;
import org.signonflow.pingone.TokenAuthentication;
import org.signonflow.sandbox.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running Signonflow with its job executor, the sandbox, and the proxy between them. Everything is as in production except for the
 * timeouts and delays, which are short.
 */
@SpringBootTest(classes = Signonflow.class, properties = {
    "signonflow.demo=false",
    "signonflow.sandbox.enabled=false",
    "signonflow.http.connect-timeout=1s",
    "signonflow.http.read-timeout=1s",
    "signonflow.http.call-timeout=2s",
    "signonflow.settle-after=2s",
    "signonflow.consistency-patience=10s",
    "signonflow.longest-call=8s",
    "signonflow.retry.max-retry-after=6s",
    // One person starts them all.
    "signonflow.limits.per-requester=0",
    "signonflow.limits.per-environment=0",
    "camunda.bpm.generic-properties.properties.failed-job-retry-time-cycle=PT0.1S,PT0.2S,PT0.3S,PT0.5S,PT1S,PT2S",
    "camunda.bpm.job-execution.wait-time-in-millis=50",
    "camunda.bpm.job-execution.max-wait=100",
    // Each failed job would be logged with its stack trace.
    "logging.level.org.camunda.bpm.engine.jobexecutor=OFF",
    "logging.level.org.camunda.bpm.engine.context=OFF"})
@ActiveProfiles("sandbox")
abstract class FaultHarness {

    /** The numbers of runs that the project promises, or a few runs of each. */
    static final boolean FULL = "full".equals(System.getProperty("faults"));

    /** The time between a reply that arrives too late and the settling of its call. */
    static final Duration READ_TIMEOUT = Duration.ofSeconds(1);
    static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(6);

    private static final Sandbox SANDBOX = Sandbox.start(Map.of("signonflow.sandbox.port", "0"));
    private static final String ENVIRONMENT = "signonflow.environments.sandbox.";

    static final Proxy PROXY = new Proxy(SANDBOX.uri());
    static final SandboxControl CONTROL = new SandboxControl(SANDBOX.uri());

    @Autowired
    ProcessEngine engine;
    @Autowired
    Changes changes;

    @DynamicPropertySource
    static void throughTheProxy(DynamicPropertyRegistry properties) {
        TestDatabase.register(properties);
        properties.add(ENVIRONMENT + "api-url", PROXY::uri);
        properties.add(ENVIRONMENT + "auth-url", PROXY::uri);
    }

    @BeforeEach
    @AfterEach
    void startFresh() {
        PROXY.clear();
        CONTROL.reset();
    }

    /** Whatever was lost or refused; what is still being retried may move between two looks. */
    @AfterEach
    void theRecordOfChangesSaysWhatTheEngineSays() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(200))
            .untilAsserted(() -> assertThat(ChangeRecords.contradictions(engine, changes)).isEmpty());
    }

    static int runs(int few, int full) {
        return FULL ? full : few;
    }

    /** A client for the given URL, with the production code. */
    static PingOneClient client(URI url) {
        return new PingOneClient(new PingOneHttp(new Timeouts(READ_TIMEOUT, READ_TIMEOUT, READ_TIMEOUT.multipliedBy(2))),
            new PingOneEnvironment("tests", url, url, Sandbox.ENVIRONMENT_ID, null, Sandbox.CLIENT_ID, Sandbox.CLIENT_SECRET,
                TokenAuthentication.BASIC));
    }

    /** A client that bypasses the proxy, for objects that exist before the flows. */
    static PingOneClient stranger() {
        return client(SANDBOX.uri());
    }

    /** Creates an application as somebody else would; returns its id. */
    static String application(String name) {
        return stranger().createApplication(new NativeApplication(name, null, List.of(), null, null, null)).id();
    }

    /**
     * One for each flow that creates none: if two flows assign to the same application, the approvers of one are asked again once the other
     * has done so.
     */
    static List<String> applications(int count) {
        PingOneClient stranger = stranger();
        return IntStream.range(0, count).mapToObj(i -> stranger.createApplication(
            new NativeApplication("Existing application " + i, null, List.of(), null, null, null)).id()).toList();
    }

    /** Starts flows of the process, every other one with an approval; {@code applications} are for those that do not create their own. */
    Flows start(String process, List<String> applications, int runs) {
        Flows flows = new Flows(engine);
        for (int run = 0; run < runs; run++) {
            Flow.Plan plan = run % 2 == 0 ? Flow.Plan.NO_APPROVAL_NEEDED : Flow.Plan.APPROVE;
            if (process.equals(Flow.MFA)) {
                flows.startMfa(plan);
            } else {
                flows.startPasswordless(plan, applications.get(run));
            }
        }
        return flows;
    }
}
