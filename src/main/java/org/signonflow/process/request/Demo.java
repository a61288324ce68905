package org.signonflow.process.request;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;

/** Sample data for newcomers: one flow that waits for approval, and one that has completed. */
@Component
@ConditionalOnProperty("signonflow.demo")
class Demo {

    private static final String WAITING_POLICY = "Demo_MFA";

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

    private final RuntimeService runtime;
    private final IdentityService identities;
    private final PingOneEnvironments environments;
    private final Environment settings;

    Demo(RuntimeService runtime, IdentityService identities, PingOneEnvironments environments, Environment settings) {
        this.runtime = runtime;
        this.identities = identities;
        this.environments = environments;
        this.settings = settings;
    }

    /** Runs before the application reports that it is ready. */
    @EventListener(ApplicationReadyEvent.class)
    @Order(1)
    void start() {
        PingOneClient pingone = environments.client("sandbox");
        if (pingone.listSignOnPolicies().stream().noneMatch(policy -> policy.name().equals(WAITING_POLICY))) {
            String application = pingone.listApplications().stream().map(Application::id).findFirst().orElseThrow();
            identities.setAuthentication("requester", List.of("sign-on-requesters"));
            try {
                runtime.startProcessInstanceByKey(Flow.CONFIGURE_MFA_SIGN_ON.key(), "demo-mfa", Map.of(
                    FlowVariables.APPLICATION_NAME, "Demo banking app",
                    FlowVariables.REDIRECT_URIS, "https://www.example.com",
                    FlowVariables.BUNDLE_ID, "com.example.demo",
                    FlowVariables.PACKAGE_NAME, "com.example.demo",
                    FlowVariables.POLICY_NAME, WAITING_POLICY));
                runtime.startProcessInstanceByKey(Flow.CONFIGURE_PASSWORDLESS_SIGN_ON.key(), "demo-passwordless", Map.of(
                    FlowVariables.APPLICATION_ID, application,
                    FlowVariables.POLICY_NAME, "Demo_Passwordless",
                    FlowVariables.APPROVAL_REQUIRED, !settings.getRequiredProperty("signonflow.approval.optional", Boolean.class)));
            } catch (RuntimeException beyondLimits) {
                // It is only for show, and must not keep anybody from starting.
                LOG.warn("The demo was not started: {}", beyondLimits.getMessage());
            } finally {
                identities.clearAuthentication();
            }
        }
    }
}
