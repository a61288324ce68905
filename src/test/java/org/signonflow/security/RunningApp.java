package org.signonflow.security;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.signonflow.Signonflow;
import org.signonflow.harness.FreePort;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The app with its sandbox, its four users and no demo; jobs are run by hand. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "camunda.bpm.job-execution.enabled=false",
    "spring.datasource.url=jdbc:h2:mem:${random.uuid}",
    "signonflow.demo=false",
    "signonflow.limits.plans-per-minute=0"})
@ActiveProfiles("sandbox")
// An app remembers who guessed passwords, and makes whoever logs in next from there wait.
@DirtiesContext
abstract class RunningApp {

    static final List<String> USERS = List.of("requester", "approver", "operator", "admin");
    static final String APPROVE = """
        {"variables": {"decision": {"value": "approve"}}}""";
    static final String DECLINE = """
        {"variables": {"decision": {"value": "decline"}, "comment": {"value": "No."}}}""";

    @DynamicPropertySource
    static void freePort(DynamicPropertyRegistry properties) {
        int port = FreePort.find();
        properties.add("signonflow.sandbox.port", () -> port);
    }

    @LocalServerPort
    int port;
    @Value("${signonflow.sandbox.port}")
    int sandboxPort;
    @Autowired
    ApplicationContext context;
    @Autowired
    RuntimeService runtime;
    @Autowired
    TaskService tasks;
    @Autowired
    ManagementService management;
    @Autowired
    HistoryService history;
    @Autowired
    RepositoryService repository;
    @Autowired
    IdentityService identities;

    @BeforeEach
    void startFresh() {
        Caller.nobody(sandboxPort).call("POST", "/sandbox/reset", "");
    }

    @AfterEach
    void cleanUpInstances() {
        runtime.createProcessInstanceQuery().list()
            .forEach(instance -> runtime.deleteProcessInstance(instance.getId(), "end of test", true, true));
        identities.createUserQuery().list().stream().map(User::getId).filter(user -> !USERS.contains(user)).forEach(identities::deleteUser);
    }

    Caller rest(String user) {
        return Caller.basic(port, user);
    }

    void user(String id, String... groups) {
        if (identities.createUserQuery().userId(id).count() == 0) {
            User user = identities.newUser(id);
            user.setPassword(id + "-sandbox");
            identities.saveUser(user);
            for (String group : groups) {
                identities.createMembership(id, group);
            }
        }
    }

    /** Starts the MFA flow over REST. */
    String start(String user, String applicationName, String policyName) {
        Caller.Answer answer = rest(user).call("POST", "/engine-rest/process-definition/key/configure-mfa-sign-on/start", """
            {"variables": {"applicationName": {"value": "%s"}, "policyName": {"value": "%s"}}}""".formatted(applicationName, policyName));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("id").asString();
    }

    /** Starts the MFA flow and runs it up to the approval. */
    Task waiting(String user, String applicationName, String policyName) {
        String instance = start(user, applicationName, policyName);
        run(instance);
        return tasks.createTaskQuery().processInstanceId(instance).singleResult();
    }

    /** Runs the instance's due jobs until none is due. Failures stay on the jobs. */
    void run(String instance) {
        for (int i = 0; i < 30; i++) {
            List<Job> due = management.createJobQuery().processInstanceId(instance).messages().executable().list();
            if (due.isEmpty()) {
                return;
            }
            for (Job job : due) {
                try {
                    management.executeJob(job.getId());
                } catch (RuntimeException recordedOnTheJob) {
                    // As the job executor does.
                }
            }
        }
        throw new AssertionError("Jobs of " + instance + " are still due after 30 rounds.");
    }

    JsonNode sandbox(String what) {
        return Caller.nobody(sandboxPort).call("GET", "/sandbox/" + what, null).json();
    }
}
