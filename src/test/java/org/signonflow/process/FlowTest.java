package org.signonflow.process;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.CompensateEventDefinition;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateThrowEvent;
import org.camunda.bpm.model.bpmn.instance.LinkEventDefinition;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.camunda.community.process_test_coverage.spring_test.common.ProcessEngineCoverageProperties;
import org.camunda.community.process_test_coverage.spring_test.platform7.ProcessEngineCoverageConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.signonflow.Signonflow;
import org.signonflow.TestDatabase;
import org.signonflow.change.Changes;
import org.signonflow.change.Digests;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.harness.ChangeRecords;
import org.signonflow.harness.FreePort;
import org.signonflow.harness.SandboxControl;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Flows against a sandbox of their own: jobs are run by hand, and the engine's clock sets the time. */
@SpringBootTest(classes = Signonflow.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
    "camunda.bpm.job-execution.enabled=false",
    "signonflow.demo=false",
    "signonflow.http.read-timeout=1s",
    "signonflow.http.call-timeout=2s"})
@Import(ProcessEngineCoverageConfiguration.class)
abstract class FlowTest {

    @DynamicPropertySource
    static void databaseAndPort(DynamicPropertyRegistry properties) {
        TestDatabase.register(properties);
        int port = FreePort.find();
        properties.add("signonflow.sandbox.port", () -> port);
    }

    @Autowired
    ProcessEngine engine;
    @Autowired
    RuntimeService runtime;
    @Autowired
    ManagementService management;
    @Autowired
    HistoryService history;
    @Autowired
    TaskService tasks;

    SandboxControl sandbox;
    TreeMap<String, TreeSet<String>> before;

    @BeforeEach
    void startFresh(@Autowired org.springframework.core.env.Environment settings, @Autowired JdbcClient jdbc) {
        BpmnAwareTests.init(engine);
        // It belongs to another PingOne.
        jdbc.sql("delete from signonflow_journal").update();
        sandbox = new SandboxControl(URI.create("http://127.0.0.1:" + settings.getProperty("signonflow.sandbox.port")));
        sandbox.reset();
        before = sandbox.objects();
    }

    @AfterEach
    void cleanUpInstances(@Autowired Changes changes) {
        ClockUtil.reset();
        assertThat(ChangeRecords.contradictions(engine, changes)).isEmpty();
        runtime.createProcessInstanceQuery().list()
            .forEach(instance -> runtime.deleteProcessInstance(instance.getId(), "end of test", true, true));
    }

    /**
     * Requires the class to cover every node and sequence flow of these models, except for what the engine passes without reporting: where
     * a compensation handler is attached, and where a link event leaves.
     */
    static ProcessEngineCoverageProperties everyNodeAndFlowOf(String... models) {
        return everyNodeAndFlowBut(List.of(), models);
    }

    /** @param elsewhere the ids of the elements that the tests of another class run through */
    static ProcessEngineCoverageProperties everyNodeAndFlowBut(List<String> elsewhere, String... models) {
        List<FlowElement> all = Arrays.stream(models)
            .map(model -> Bpmn.readModelFromStream(FlowTest.class.getResourceAsStream("/bpmn/" + model + ".bpmn")))
            .flatMap(model -> Stream.of(FlowNode.class, SequenceFlow.class).flatMap(type -> model.getModelElementsByType(type).stream()))
            .map(FlowElement.class::cast).toList();
        double silent = all.stream().filter(element -> is(element, BoundaryEvent.class, CompensateEventDefinition.class)
            || is(element, IntermediateThrowEvent.class, LinkEventDefinition.class) || elsewhere.contains(element.getId())).count();
        return ProcessEngineCoverageProperties.builder().assertClassCoverageAtLeast((all.size() - silent) / all.size())
            .excludeProcessDefinitionKeys(Flow.processes().stream().filter(model -> !List.of(models).contains(model)).toArray(String[]::new)).build();
    }

    private static boolean is(FlowElement element, Class<?> event, Class<? extends ModelElementInstance> definition) {
        return event.isInstance(element) && !element.getChildElementsByType(definition).isEmpty();
    }

    static Map<String, Object> with(Map<String, Object> variables, Object... more) {
        Map<String, Object> all = new HashMap<>(variables);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    /** Deploys a flow's model of version 1.0; returns the deployment's id, which must be deleted. */
    String deployModelOfVersion10(String key) throws IOException {
        String model;
        try (InputStream now = getClass().getResourceAsStream("/bpmn/" + key + ".bpmn")) {
            model = new String(now.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String gone : List.of("<boundaryEvent id=\"Event_AssignPolicyChanged\".*?</boundaryEvent>",
            "<intermediateThrowEvent id=\"Event_AskOnceMore\".*?</intermediateThrowEvent>", "<sequenceFlow id=\"Flow_AssignPolicyChanged\"[^>]*>",
            "<error id=\"Error_Changed\"[^>]*>", "<bpmndi:BPMNShape id=\"(Event_AssignPolicyChanged|Event_AskOnceMore)_di\".*?</bpmndi:BPMNShape>",
            "<bpmndi:BPMNEdge id=\"Flow_AssignPolicyChanged_di\".*?</bpmndi:BPMNEdge>")) {
            String without = Pattern.compile(gone, Pattern.DOTALL).matcher(model).replaceAll("");
            assertThat(without).as(gone).isNotEqualTo(model);
            model = without;
        }
        return engine.getRepositoryService().createDeployment().addString(key + ".bpmn", model).deploy().getId();
    }

    /** Gives an instance the variables that version 1.0 would have left. */
    void asVersion10HadIt(ProcessInstance instance, Object... more) {
        runtime.removeVariables(instance.getId(), List.of(ProcessVariables.SHOWN, FlowVariables.SIGN_ON_NOW,
            FlowVariables.SIGN_ON_AFTER, FlowVariables.SECOND_LOOK, ProcessVariables.LOOKED_AT, ProcessVariables.PRIORITY_GIVEN));
        runtime.setVariables(instance.getId(), with(Map.of(), more));
    }

    static String sha256(String sentence) {
        return Digests.sha256(sentence);
    }

    /** Runs the instance's due jobs, and those that they lead to, until none is due. Failures stay on the jobs. */
    void run(ProcessInstance instance) {
        for (int i = 0; i < 50; i++) {
            List<Job> due = management.createJobQuery().processInstanceId(instance.getId()).messages().executable().list();
            if (due.isEmpty()) {
                return;
            }
            for (Job job : due) {
                execute(job);
            }
        }
        throw new AssertionError("still running after 50 rounds");
    }

    /** Runs the instance, advancing time from one due date to the next, until it waits for a person, has an incident or has ended. */
    void runThroughRetries(ProcessInstance instance) {
        for (int i = 0; i < 50; i++) {
            run(instance);
            Date next = management.createJobQuery().processInstanceId(instance.getId()).messages().withRetriesLeft().list().stream()
                .map(Job::getDuedate).min(Date::compareTo).orElse(null);
            if (next == null) {
                return;
            }
            ClockUtil.setCurrentTime(new Date(next.getTime() + 1));
        }
        throw new AssertionError("still retrying after 50 rounds");
    }

    void pass(Duration time) {
        ClockUtil.setCurrentTime(Date.from(ClockUtil.getCurrentTime().toInstant().plus(time)));
    }

    Instant now() {
        return ClockUtil.getCurrentTime().toInstant();
    }

    void execute(Job job) {
        try {
            management.executeJob(job.getId());
        } catch (RuntimeException recordedOnTheJob) {
            // The tests look at the job, its message and its retries.
        }
    }

    Job job(ProcessInstance instance) {
        return management.createJobQuery().processInstanceId(instance.getId()).messages().singleResult();
    }

    Job timer(String activityId) {
        return management.createJobQuery().timers().activityId(activityId).singleResult();
    }

    Task task(ProcessInstance instance) {
        return tasks.createTaskQuery().processInstanceId(instance.getId()).singleResult();
    }

    void decide(ProcessInstance instance, String decision, String comment) {
        tasks.complete(task(instance).getId(), with(Map.of(ProcessVariables.DECISION, decision), ProcessVariables.COMMENT, comment));
    }

    Incident incident(ProcessInstance instance) {
        return runtime.createIncidentQuery().processInstanceId(instance.getId()).singleResult();
    }

    Object variable(ProcessInstance instance, String name) {
        var variable = history.createHistoricVariableInstanceQuery().processInstanceId(instance.getId()).variableName(name).singleResult();
        return variable == null ? null : variable.getValue();
    }

    void assertEnded(ProcessInstance instance, String outcome) {
        assertThat(runtime.createProcessInstanceQuery().processInstanceId(instance.getId()).count()).as("still running").isZero();
        assertThat(variable(instance, ProcessVariables.OUTCOME)).isEqualTo(outcome);
    }

    void assertNothingLeft() {
        assertThat(sandbox.objects()).isEqualTo(before);
    }

    /** How many objects of a collection exist now that did not exist before. */
    int made(String collection) {
        return sandbox.objects().get(collection).size() - before.get(collection).size();
    }
}
