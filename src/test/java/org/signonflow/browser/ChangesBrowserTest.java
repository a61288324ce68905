package org.signonflow.browser;

import org.awaitility.Awaitility;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.signonflow.Signonflow;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.harness.SandboxControl;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The pages with changes to show, which the job executor carries out. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "spring.datasource.url=jdbc:h2:mem:${random.uuid}",
    "signonflow.demo=false"})
abstract class ChangesBrowserTest extends BrowserTest {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Autowired
    RuntimeService runtime;
    @Autowired
    TaskService tasks;
    @Autowired
    ManagementService management;
    @Autowired
    IdentityService identities;
    @Autowired
    Changes changes;

    SandboxControl sandbox;

    @BeforeEach
    void startFresh(@Autowired Environment settings) {
        sandbox = new SandboxControl(URI.create("http://127.0.0.1:" + settings.getProperty("signonflow.sandbox.port")));
        sandbox.reset();
        browser.forget();
    }

    @AfterEach
    void cleanUp() {
        sandbox.reset();
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            runtime.createProcessInstanceQuery().list()
                .forEach(instance -> runtime.deleteProcessInstance(instance.getId(), "end of test", true, true));
            return runtime.createProcessInstanceQuery().count() == 0;
        });
    }

    <T> T as(String user, String group, Supplier<T> doing) {
        identities.setAuthentication(user, List.of(group));
        try {
            return doing.get();
        } finally {
            identities.clearAuthentication();
        }
    }

    void await(String id, ChangeState state) {
        Awaitility.await().atMost(PATIENCE).until(() -> changes.find(id).orElseThrow().state() == state);
    }
}
