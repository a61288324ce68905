package org.signonflow.process;

import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.signonflow.process.approval.AccountLog;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

class JournalRetentionTest extends FlowTest {

    @Autowired
    JournalRetention retention;
    @Autowired
    JdbcClient jdbc;
    @Autowired
    AccountLog accounts;

    @Test
    void historyAndJournalAreKeptForHalfAYearAfterTheEnd() {
        as("admin", "camunda-admin", () -> {
            engine.getIdentityService().createMembership("operator", "sign-on-approvers");
            return null;
        });
        engine.getIdentityService().deleteMembership("operator", "sign-on-approvers");
        ProcessInstance forgotten = approved("Forgotten");
        pass(Duration.ofDays(2));
        ProcessInstance kept = approved("Kept");
        int rows = rows(kept);
        assertThat(rows).isEqualTo(rows(forgotten)).isGreaterThan(30);
        assertThat(entries(kept)).as("five calls that change something").isEqualTo(5);
        assertThat(entries(forgotten)).isEqualTo(5);
        assertThat(readers(kept)).isEqualTo(1);
        assertThat(readers(forgotten)).isEqualTo(1);

        pass(Duration.ofDays(179));
        cleanUp();

        assertThat(rows(kept)).isEqualTo(rows);
        assertThat(rows(forgotten)).isZero();
        assertThat(entries(kept)).isEqualTo(5);
        assertThat(entries(forgotten)).isZero();
        assertThat(readers(kept)).isEqualTo(1);
        assertThat(readers(forgotten)).isZero();
        assertThat(accounts.of("Operator")).as("the account log is kept for good").extracting(AccountLog.Entry::by)
            .containsExactly("admin");
    }

    private ProcessInstance approved(String policyName) {
        ProcessInstance instance = as("requester", "sign-on-requesters", () ->
            runtime.startProcessInstanceByKey("configure-mfa-sign-on", Map.of("applicationName", "App", "policyName", policyName)));
        run(instance);
        as("approver", "sign-on-approvers", () -> {
            tasks.claim(task(instance).getId(), "approver");
            decide(instance, "approve", "Fine.");
            return null;
        });
        run(instance);
        assertEnded(instance, "COMPLETED");
        return instance;
    }

    private <T> T as(String user, String group, Supplier<T> what) {
        engine.getIdentityService().setAuthentication(user, List.of(group));
        try {
            return what.get();
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    /** Runs the nightly clean-up. */
    private void cleanUp() {
        history.cleanUpHistoryAsync(true);
        for (Job job : history.findHistoryCleanupJobs()) {
            management.executeJob(job.getId());
        }
        retention.deleteExpired();
    }

    /** How many history rows the engine has of it, in any table. */
    private int rows(ProcessInstance instance) {
        return jdbc.sql("select table_name from information_schema.columns where lower(table_name) like 'act_hi_%'"
                + " and lower(column_name) = 'root_proc_inst_id_'").query(String.class).list().stream()
            .mapToInt(table -> jdbc.sql("select count(*) from " + table + " where root_proc_inst_id_ = :instance")
                .param("instance", instance.getId()).query(Integer.class).single()).sum();
    }

    private long readers(ProcessInstance instance) {
        return engine.getAuthorizationService().createAuthorizationQuery().resourceId(instance.getId()).count();
    }

    private int entries(ProcessInstance instance) {
        return jdbc.sql("select count(*) from signonflow_journal where instance_id = :instance").param("instance", instance.getId())
            .query(Integer.class).single();
    }
}
