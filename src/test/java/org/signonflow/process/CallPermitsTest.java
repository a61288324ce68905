package org.signonflow.process;

import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.signonflow.quota.Lane;
import org.signonflow.quota.Quota;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** Flows under a quota of sixty calls a minute, of which one is available at once and 58 more become available within a minute. */
@TestPropertySource(properties = {
    "signonflow.quota.calls-per-minute=60",
    // A repeated call would be an additional call.
    "signonflow.http.read-timeout=20s",
    "signonflow.http.call-timeout=20s"})
class CallPermitsTest extends FlowTest {

    private static final int PER_MINUTE = 60;
    private static final Duration APART = Duration.ofMinutes(1).dividedBy(58);
    private static final Duration A_LITTLE = Duration.ofMillis(100);

    /** The budget outlives a test, and its time never goes back. */
    private static Instant lastTest = Instant.now();

    @Autowired
    Quota quota;

    private final List<Instant> turns = new ArrayList<>();
    private final Map<String, Integer> waitsByJob = new HashMap<>();

    @BeforeEach
    void beginWithAFullBudget() {
        lastTest = lastTest.plus(Duration.ofDays(1));
        ClockUtil.setCurrentTime(Date.from(lastTest));
    }

    @Test
    void eachJobWaitsForItsPermitOnceAndNothingFails() {
        List<ProcessInstance> flows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            flows.add(start("approvalRequired", i % 2 == 0));
        }
        work();
        tasks.createTaskQuery().list().forEach(task -> tasks.complete(task.getId(), Map.of(ProcessVariables.DECISION, "approve")));
        work();

        flows.forEach(flow -> assertEnded(flow, "COMPLETED"));
        // Those that were approved make five reads before they assign.
        assertThat(flows.stream().mapToInt(flow -> sandbox.calls(flow.getId()).size()).sum()).isEqualTo(10 * 7 + 10 * 12);
        assertThat(turns).as("the check is one permit for five calls").hasSize(20 * 7 + 10);
        assertThat(waitsByJob.values()).containsOnly(1);
        Duration took = Duration.between(lastTest, turns.get(turns.size() - 1));
        assertThat(took).as("no call was counted twice, none was forgotten").isCloseTo(APART.multipliedBy(190 - 1), Duration.ofSeconds(5));
        for (Instant first : turns) {
            assertThat(turns).filteredOn(turn -> !turn.isBefore(first) && turn.isBefore(first.plusSeconds(60)))
                .hasSizeLessThanOrEqualTo(PER_MINUTE);
        }
        for (ProcessInstance flow : flows) {
            assertThat(history.createHistoricJobLogQuery().processInstanceId(flow.getId()).failureLog().count()).isZero();
            assertThat(history.createHistoricIncidentQuery().processInstanceId(flow.getId()).count()).isZero();
        }
    }

    @Test
    void aWaitingJobLosesNoAttempt() {
        quota.owe("sandbox", Lane.PEOPLE, 60);
        ProcessInstance flow = start();
        run(flow);

        Job job = job(flow);
        assertThat(job.getExceptionMessage()).isEqualTo("Waits for its turn within PingOne's quota.");
        assertThat(job.getDuedate().toInstant()).isCloseTo(now().plus(APART.multipliedBy(60)), within(A_LITTLE));
        assertThat(job.getRetries()).isEqualTo(7);
        assertThat(management.getJobExceptionStacktrace(job.getId())).isNull();

        pass(Duration.ofSeconds(10));
        execute(job);
        assertThat(job(flow).getDuedate()).as("and gains nothing if somebody runs it early").isEqualTo(job.getDuedate());
        assertThat(sandbox.calls(flow.getId())).isEmpty();
    }

    @Test
    void unclaimedPermitsAreReissued() {
        List<ProcessInstance> flows = List.of(start(), start(), start(), start(), start());
        flows.forEach(this::runOnce);
        pass(Duration.ofMinutes(10));
        flows.forEach(this::runOnce);

        assertThat(flows.stream().mapToInt(flow -> sandbox.calls(flow.getId()).size()).sum()).as("one at once, one after the pause")
            .isEqualTo(2);
        work();
        assertThat(made("applications")).isEqualTo(5);
    }

    @Test
    void anotherAttemptNeedsAnotherPermit() {
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/applications\", \"effect\": \"status\", \"status\": 503}");
        ProcessInstance flow = start();
        run(flow);
        assertThat(job(flow).getRetries()).isEqualTo(6);

        quota.owe("sandbox", Lane.PEOPLE, 60);
        ClockUtil.setCurrentTime(job(flow).getDuedate());
        run(flow);
        assertThat(job(flow).getExceptionMessage()).isEqualTo(CallPermits.WAITS);
        assertThat(job(flow).getRetries()).as("waiting is none").isEqualTo(6);
        assertThat(sandbox.calls(flow.getId())).hasSize(1);
    }

    @Test
    void unplannedCallsAreCountedEvenIfTheStepFails() {
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/applications\", \"effect\": \"revoke-token\"}");
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/applications\", \"effect\": \"status\", \"status\": 500}");
        ProcessInstance flow = start();
        runOnce(flow);

        assertThat(sandbox.calls(flow.getId())).as("again with a fresh token").hasSize(2);
        assertThat(job(flow).getRetries()).isEqualTo(6);
        assertThat(quota.take("sandbox", Lane.PEOPLE, 1, false)).isCloseTo(APART.multipliedBy(2), A_LITTLE);
    }

    @Test
    void aRepeatedCheckIsCountedToo() {
        ProcessInstance flow = start();
        work();
        decide(flow, "approve", null);
        workUntil(() -> runtime.getActiveActivityIds(flow.getId()).contains("Task_AssignPolicy"));
        pass(Duration.ofMinutes(11));
        runOnce(flow);

        assertEnded(flow, "COMPLETED");
        assertThat(sandbox.calls(flow.getId())).hasSize(6 + 5 + 5 + 1);
        assertThat(quota.take("sandbox", Lane.PEOPLE, 1, false)).as("five reads and the assignment").isCloseTo(APART.multipliedBy(6), A_LITTLE);
    }

    @Test
    void anUndoWaitsBeforeItDeletesAnything() {
        ProcessInstance flow = start();
        work();
        quota.owe("sandbox", Lane.PEOPLE, 30);
        decide(flow, "decline", "No.");
        run(flow);

        assertThat(flow).isWaitingAt("Event_UndoDeclined");
        assertThat(job(flow).getExceptionMessage()).isEqualTo(CallPermits.WAITS);
        assertThat(made("applications")).isEqualTo(1);
        Instant told = job(flow).getDuedate().toInstant();
        work();
        assertEnded(flow, "DECLINED");
        assertNothingLeft();
        int look = 1 + before.get("applications").size() + 1;
        assertThat(sandbox.calls(flow.getId())).hasSize(6 + look + 3 + 3);
        assertThat(Duration.between(told, now())).as("each call of the check had its permit, and then there was one for all six others")
            .isCloseTo(APART.multipliedBy(look - 1 + 6), Duration.ofSeconds(1));
        assertThat(quota.take("sandbox", Lane.PEOPLE, 1, false)).as("nothing was forgotten").isCloseTo(APART, A_LITTLE);
    }

    @Test
    void oneCheckServesAllThatWaitForIt() {
        List<ProcessInstance> flows = List.of(start(), start(), start());
        work();
        flows.forEach(flow -> decide(flow, "decline", "No."));
        Instant declined = now();
        // Not the one that reads.
        workUntil(() -> flows.stream().map(this::job).anyMatch(job -> job.getExceptionMessage() != null
            && job.getExceptionMessage().equals("Checking which applications use what is to be deleted: 2 of %d applications read."
                .formatted(before.get("applications").size() + 3)) && job.getDuedate().after(ClockUtil.getCurrentTime())));
        work();

        flows.forEach(flow -> assertEnded(flow, "DECLINED"));
        assertNothingLeft();
        int look = 1 + before.get("applications").size() + 3;
        List<String> reads = flows.stream().flatMap(flow -> sandbox.calls(flow.getId()).stream()).filter(call -> call.startsWith("GET "))
            .toList();
        assertThat(reads.stream().filter("GET /applications"::equals)).hasSize(1);
        assertThat(reads.stream().filter("GET /applications/*/signOnPolicyAssignments"::equals)).as("one for each application, and then "
            + "each flow reads its own").hasSize(look - 1 + 3);
        assertThat(Duration.between(declined, now())).isCloseTo(APART.multipliedBy(look + 3 * 6), Duration.ofSeconds(3));
        for (ProcessInstance flow : flows) {
            assertThat(history.createHistoricJobLogQuery().processInstanceId(flow.getId()).failureLog().count()).isZero();
        }
    }

    @Test
    void aRollOutDelaysNobody() {
        for (int i = 0; i < 10; i++) {
            runtime.setVariable(start().getId(), ProcessVariables.ROLL_OUT, "spring");
        }
        runtime.createProcessInstanceQuery().list().forEach(this::runOnce);
        assertThat(made("applications")).isEqualTo(1);
        ProcessInstance single = start();
        Instant asked = now();
        workUntil(() -> task(single) != null);
        assertThat(Duration.between(asked, now())).as("as if it were alone").isCloseTo(APART.multipliedBy(6), APART);
        work();
        assertThat(tasks.createTaskQuery().count()).isEqualTo(11);
    }

    private ProcessInstance start(Object... more) {
        int number = (int) runtime.createProcessInstanceQuery().count();
        return runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            with(Map.of("applicationName", "App " + number, "policyName", "Policy_" + number), more));
    }

    /** Runs the instance's job once, whether it is due or not. */
    private void runOnce(ProcessInstance flow) {
        execute(job(flow));
    }

    /** Does what the job executor does, until only people can go on. */
    private void work() {
        workUntil(() -> false);
    }

    private void workUntil(BooleanSupplier enough) {
        for (int i = 0; i < 1_000 && !enough.getAsBoolean(); i++) {
            if (!workOnce()) {
                return;
            }
        }
        assertThat(enough.getAsBoolean()).as("still working").isTrue();
    }

    /** Runs the job that is due first, at its due time. */
    private boolean workOnce() {
        Job next = management.createJobQuery().messages().withRetriesLeft().list().stream()
            .min(Comparator.comparing(Job::getDuedate, Comparator.nullsFirst(Comparator.naturalOrder()))).orElse(null);
        if (next == null) {
            return false;
        }
        if (next.getDuedate() != null && next.getDuedate().after(ClockUtil.getCurrentTime())) {
            ClockUtil.setCurrentTime(next.getDuedate());
        }
        try {
            management.executeJob(next.getId());
            turns.add(now());
        } catch (Postponed notYet) {
            waitsByJob.merge(next.getId(), 1, Integer::sum);
        }
        return true;
    }
}
