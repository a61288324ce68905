package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.util.ReflectionTestUtils;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** Flows that a node of an earlier version has started, or brought further, are changes like all others. */
class EarlierChangesTest extends FlowTest {

    private static final Map<String, Object> MFA = Map.of("environment", "sandbox", "applicationName", "App");

    @Autowired
    Changes changes;
    @Autowired
    JdbcClient jdbc;
    @Autowired
    ApplicationContext context;

    private ProcessInstance started(String policy) {
        ProcessInstance instance = runtime.startProcessInstanceByKey("configure-mfa-sign-on", with(MFA, "policyName", policy));
        run(instance);
        return instance;
    }

    private void catchUp() {
        ReflectionTestUtils.invokeMethod(context.getBean("earlierChanges"), "catchUp");
    }

    /** By id, without the times, which are those of the engine's history. */
    private Map<String, Change> recorded() {
        return changes.list(ChangeFilter.ALL, null, 1_000).stream().collect(Collectors.toMap(Change::id, change -> new Change(change.id(),
            change.flow(), change.environment(), change.applicationName(), change.applicationId(), change.policyName(),
            change.requestedBy(), null, change.reason(), change.rollOut(), change.line(), change.state(), null, null, change.incidentId(),
            change.incident(), change.rejection(), change.rolledBackBy(), change.decision(), change.decidedBy(), null, change.comment(),
            null, null),
            (one, other) -> one, TreeMap::new));
    }

    @Test
    void whatIsMissingIsAddedAsItStands() {
        jdbc.sql("delete from signonflow_change").update();
        ProcessInstance waiting = started("Waiting");
        ProcessInstance completed = started("Completed");
        decide(completed, "approve", "fine");
        run(completed);
        ProcessInstance declined = started("Declined");
        decide(declined, "decline", "no");
        run(declined);
        ProcessInstance rejected = started("Single_Factor");
        ProcessInstance rolledBack = started("RolledBack");
        runtime.createMessageCorrelation("RollBack").processInstanceId(rolledBack.getId()).correlate();
        run(rolledBack);
        sandbox.fault("{\"method\": \"POST\", \"path\": \"/signOnPolicies\", \"times\": 100, \"effect\": \"status\", \"status\": 500}");
        ProcessInstance stuck = started("Stuck");
        runThroughRetries(stuck);
        runtime.deleteProcessInstance(started("Deleted").getId(), "by an administrator");

        Map<String, Change> expected = recorded();
        assertThat(expected.get(waiting.getId()).state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
        assertThat(expected.get(rejected.getId()).rejection()).contains("INVALID_DATA");
        assertThat(expected.get(stuck.getId()).incidentId()).isNotNull();
        assertThat(expected.values().stream().map(Change::state)).contains(ChangeState.COMPLETED, ChangeState.DECLINED,
            ChangeState.REJECTED, ChangeState.ROLLED_BACK, ChangeState.CANCELLED);
        jdbc.sql("delete from signonflow_change").update();
        catchUp();
        // Those of other tests have come back as well.
        Map<String, Change> added = recorded();
        added.keySet().retainAll(expected.keySet());
        assertThat(added).isEqualTo(expected);
    }

    @Test
    void whatHasGoneOnIsCorrected() {
        ProcessInstance completed = started("Completed");
        decide(completed, "approve", "fine");
        run(completed);
        ProcessInstance waiting = started("Waiting");
        jdbc.sql("update signonflow_change set state = 'CREATING', ended_at = null").update();
        catchUp();
        assertThat(changes.find(completed.getId())).hasValueSatisfying(change -> {
            assertThat(change.state()).isEqualTo(ChangeState.COMPLETED);
            assertThat(change.endedAt()).isBeforeOrEqualTo(Instant.now());
        });
        assertThat(changes.find(waiting.getId()).orElseThrow().state()).isEqualTo(ChangeState.WAITING_FOR_APPROVAL);
    }
}
