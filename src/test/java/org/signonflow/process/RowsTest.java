package org.signonflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Roll-outs of a few rows, and their undo, job by job. */
@TestPropertySource(properties = "signonflow.roll-out.rows-at-once=3")
abstract class RowsTest extends FlowTest {

    static final int ROWS = 5;

    @Autowired
    RollOuts rollOuts;

    ProcessInstance start(String list, Object... settings) {
        return runtime.startProcessInstanceByKey("roll-out-sign-on", "autumn", with(Map.of("name", "autumn",
            "list", Variables.fileValue("list.csv").file(list.getBytes(StandardCharsets.UTF_8)).create()), settings));
    }

    ProcessInstance startOwn() {
        return start("applicationName,policyName\n" + lines("App %d,Policy_%d\n"));
    }

    ProcessInstance startShared() {
        return start("applicationName\n" + lines("App %d\n"), "policy", "shared", "policyName", "Shared");
    }

    static String lines(String pattern) {
        return String.join("", IntStream.rangeClosed(1, ROWS).mapToObj(i -> pattern.replace("%d", String.valueOf(i))).toList());
    }

    /** Runs the due jobs of all instances, and advances time to the next, until none can run. */
    void runAll() {
        runAll(() -> management.createJobQuery().messages().withRetriesLeft().count() == 0);
    }

    /** The same, one job at a time, until a condition holds. */
    void runAll(BooleanSupplier until) {
        for (int i = 0; i < 2_000; i++) {
            if (until.getAsBoolean()) {
                return;
            }
            List<Job> due = management.createJobQuery().messages().executable().withRetriesLeft().list();
            if (due.isEmpty()) {
                Date next = management.createJobQuery().messages().withRetriesLeft().list().stream().map(Job::getDuedate)
                    .min(Date::compareTo).orElseThrow();
                ClockUtil.setCurrentTime(new Date(next.getTime() + 1));
            } else {
                // Objects created in the same millisecond are undone in any order.
                ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + 1));
                execute(due.get(i % due.size()));
            }
        }
        throw new AssertionError("the condition was never met");
    }

    void decide(ProcessInstance rollOut, String decision, Object... more) {
        tasks.complete(task(rollOut).getId(), with(Map.of("decision", decision, "comment", "as agreed"), more));
    }

    void rollBack(String instanceId) {
        runtime.createMessageCorrelation("RollBack").processInstanceId(instanceId).correlate();
    }

    List<Row> rows(ProcessInstance rollOut) {
        return rollOuts.rows(rollOut.getId(), null, null, 0, 100);
    }

    List<RowState> states(ProcessInstance rollOut) {
        return rows(rollOut).stream().map(Row::state).toList();
    }

    void assertEnded(ProcessInstance rollOut, Stage stage) {
        assertThat(runtime.createProcessInstanceQuery().count()).as("instances left").isZero();
        assertThat(rollOuts.find(rollOut.getId()).orElseThrow().stage()).isEqualTo(stage);
        assertThat(variable(rollOut, "outcome")).isEqualTo(stage.name());
    }

    static List<String> joined(List<List<String>> parts) {
        List<String> all = new ArrayList<>();
        parts.forEach(all::addAll);
        return all;
    }
}
