package org.signonflow.process;

import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.signonflow.change.Flow;
import org.signonflow.rollout.Planner;
import org.signonflow.rollout.Preview;
import org.signonflow.rollout.RollOutList;
import org.springframework.beans.factory.annotation.Autowired;

import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What a preview says is what the flow then does. */
class PreviewTest extends FlowTest {

    @Autowired
    Planner planner;
    @Autowired
    RollOutList lists;

    private Preview preview(Flow flow, Map<String, String> values, boolean priorityGiven, boolean approval) {
        var objects = sandbox.objects();
        Preview preview = planner.preview(flow, lists.one(values), priorityGiven, approval);
        assertThat(sandbox.objects()).isEqualTo(objects);
        return preview;
    }

    private ProcessInstance started(Flow flow, Map<String, String> values, boolean approval) {
        Map<String, Object> variables = new HashMap<>(values);
        variables.put("approvalRequired", approval);
        ProcessInstance instance = runtime.startProcessInstanceByKey(flow.key(), variables);
        run(instance);
        if (approval) {
            assertThat(task(instance)).isNotNull();
        }
        return instance;
    }

    private void completes(ProcessInstance instance, Preview preview, boolean approval) {
        if (approval) {
            decide(instance, "approve", null);
            run(instance);
        }
        assertEnded(instance, "COMPLETED");
        assertThat(sandbox.calls(instance.getId())).hasSize(preview.calls());
    }

    @Test
    void ofANewApplication() {
        Map<String, String> values = Map.of("applicationName", "App", "policyName", "App_MFA", "scopes", "profile,email");
        for (boolean approval : new boolean[] {true, false}) {
            Map<String, String> own = new HashMap<>(values);
            own.put("policyName", "App_MFA_" + approval);
            Preview preview = preview(Flow.CONFIGURE_MFA_SIGN_ON, own, false, approval);
            assertThat(preview.problems()).isEmpty();
            assertThat(preview.creates()).containsExactly("the native application App", "a grant of the scopes profile, email",
                "the sign-on policy App_MFA_" + approval, "its MFA action, with the authenticators Authenticator app",
                "the assignment of the policy, with priority 1");
            assertThat(preview.warnings().stream().anyMatch(warning -> warning.startsWith("It takes effect at once: ")))
                .isEqualTo(!approval);
            completes(started(Flow.CONFIGURE_MFA_SIGN_ON, own, approval), preview, approval);
        }
    }

    @Test
    void ofAnExistingApplication() {
        String application = sandbox.objects().get("applications").first();
        Map<String, String> values = Map.of("applicationId", application, "policyName", "First_passwordless", "assignmentPriority", "7");
        Preview first = preview(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON, values, true, true);
        ProcessInstance instance = started(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON, values, true);
        assertThat(first.signOnNow()).isEqualTo(variable(instance, "signOnNow"));
        assertThat(first.secondLook()).anyMatch(mark -> mark.startsWith("This is PingOne's own "));
        assertThat(variable(instance, "secondLook").toString().lines().toList()).isEqualTo(first.secondLook());
        assertThat(first.creates()).anyMatch(one -> one.matches("the assignment of the policy to PingOne .+, with priority 7"));
        assertThat(first.signOnAfter()).isEqualTo(variable(instance, "signOnAfter"));
        completes(instance, first, true);

        Map<String, String> atTheSame = new HashMap<>(values);
        atTheSame.put("policyName", "Second_passwordless");
        Preview second = preview(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON, atTheSame, true, false);
        assertThat(second.signOnNow()).contains("First_passwordless (priority 7)");
        assertThat(second.secondLook().get(1)).startsWith("Priority 7 is taken by First_passwordless");
        completes(started(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON, atTheSame, false), second, false);

        Map<String, String> none = Map.of("applicationId", "11111111-2222-3333-4444-555555555555", "policyName", "First_passwordless");
        assertThat(preview(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON, none, false, true).problems()).containsExactlyInAnyOrder(
            "policyName: is already in use in sandbox.", "applicationId: does not exist in sandbox.");
    }
}
