package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class JournalRetentionTest extends FlowTest {

    @Autowired
    JournalRetention retention;
    @Autowired
    JdbcClient jdbc;

    @Test
    void theJournalLivesAsLongAsTheHistory() {
        ProcessInstance kept = start("Kept");
        ProcessInstance forgotten = start("Forgotten");
        pass(Duration.ofDays(2));
        history.deleteHistoricProcessInstance(forgotten.getId());
        assertThat(entries(kept)).as("five calls that change something").isEqualTo(5);
        assertThat(entries(forgotten)).isEqualTo(5);

        retention.forgetWhatHistoryForgot();

        assertThat(entries(kept)).isEqualTo(5);
        assertThat(entries(forgotten)).isZero();
        assertThat(readers(kept)).isEqualTo(1);
        assertThat(readers(forgotten)).isZero();
    }

    private ProcessInstance start(String policyName) {
        engine.getIdentityService().setAuthentication("requester", List.of("sign-on-requesters"));
        try {
            return startAsRequester(policyName);
        } finally {
            engine.getIdentityService().clearAuthentication();
        }
    }

    private long readers(ProcessInstance instance) {
        return engine.getAuthorizationService().createAuthorizationQuery().resourceId(instance.getId()).count();
    }

    private ProcessInstance startAsRequester(String policyName) {
        ProcessInstance instance = runtime.startProcessInstanceByKey("configure-mfa-sign-on",
            Map.of("applicationName", "App", "policyName", policyName, "approvalRequired", false));
        engine.getIdentityService().clearAuthentication();
        run(instance);
        assertEnded(instance, "COMPLETED");
        return instance;
    }

    private int entries(ProcessInstance instance) {
        return jdbc.sql("select count(*) from signonflow_journal where instance_id = :instance").param("instance", instance.getId())
            .query(Integer.class).single();
    }
}
