package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Queue;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens to a job whose time has not come. */
class PostponedTest extends FlowTest {

    /** Seven attempts, as application.yml says. */
    private static final int ATTEMPTS = 7;

    /** Throws one exception after the other, and then no more. Instantiated by the engine. */
    public static class Failing implements JavaDelegate {

        private static final Queue<RuntimeException> FAILURES = new ArrayDeque<>();

        @Override
        public void execute(DelegateExecution execution) {
            if (!FAILURES.isEmpty()) {
                throw FAILURES.remove();
            }
        }
    }

    @Test
    void isRescheduledWithoutAFailure() {
        Instant until = now().plusSeconds(40).truncatedTo(ChronoUnit.SECONDS);
        Failing.FAILURES.add(new Postponed(until, "Waits for others."));
        ProcessInstance instance = start();
        run(instance);

        Job waiting = job(instance);
        assertThat(waiting.getDuedate()).isEqualTo(until);
        assertThat(waiting.getExceptionMessage()).isEqualTo("Waits for others.");
        assertThat(waiting.getRetries()).isEqualTo(ATTEMPTS);
        assertThat(management.getJobExceptionStacktrace(waiting.getId())).isNull();
        assertThat(failedJobLogs(instance)).isZero();
        assertThat(incident(instance)).isNull();

        runThroughRetries(instance);
        assertThat(runtime.createProcessInstanceQuery().processInstanceId(instance.getId()).count()).isZero();
        assertThat(now()).isBetween(until, until.plusSeconds(1));
        assertThat(failedJobLogs(instance)).isZero();
    }

    @Test
    void waitingBetweenAttemptsUsesUpNoAttempt() {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            Failing.FAILURES.add(new Postponed(now().plusSeconds(1), "Waits for others."));
            Failing.FAILURES.add(new IllegalStateException("fails"));
        }
        ProcessInstance instance = start();
        runThroughRetries(instance);

        assertThat(Failing.FAILURES).isEmpty();
        assertThat(runtime.createProcessInstanceQuery().processInstanceId(instance.getId()).count()).isZero();
        assertThat(failedJobLogs(instance)).isEqualTo(ATTEMPTS - 1);
    }

    private ProcessInstance start() {
        engine.getRepositoryService().createDeployment().addModelInstance("waits.bpmn", Bpmn.createExecutableProcess("waits")
            .camundaHistoryTimeToLive(1).startEvent().serviceTask("Task_Waits").camundaAsyncBefore().camundaClass(Failing.class.getName())
            .endEvent().done()).deploy();
        return runtime.startProcessInstanceByKey("waits");
    }

    private long failedJobLogs(ProcessInstance instance) {
        return history.createHistoricJobLogQuery().processInstanceId(instance.getId()).failureLog().count();
    }
}
