package org.signonflow.process.request;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.process.ProcessVariables;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;

/** Something to see for a newcomer: one flow that waits for approval, and one that is complete. */
@Component
@ConditionalOnProperty("signonflow.demo")
class Demo {

    private static final String WAITING_POLICY = "Demo_MFA";

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

    /** Before it is said that all is ready. */
    @EventListener(ApplicationReadyEvent.class)
    @Order(1)
    void start() {
        PingOneClient pingone = environments.client("sandbox");
        if (pingone.listSignOnPolicies().stream().noneMatch(policy -> policy.name().equals(WAITING_POLICY))) {
            String application = pingone.listApplications().stream().map(Application::id).findFirst().orElseThrow();
            identities.setAuthentication("requester", List.of("sign-on-requesters"));
            try {
                runtime.startProcessInstanceByKey("configure-mfa-sign-on", "demo-mfa", Map.of(
                    ProcessVariables.APPLICATION_NAME, "Demo banking app",
                    ProcessVariables.REDIRECT_URIS, "https://www.example.com",
                    ProcessVariables.BUNDLE_ID, "com.example.demo",
                    ProcessVariables.PACKAGE_NAME, "com.example.demo",
                    ProcessVariables.POLICY_NAME, WAITING_POLICY));
                runtime.startProcessInstanceByKey("configure-passwordless-sign-on", "demo-passwordless", Map.of(
                    ProcessVariables.APPLICATION_ID, application,
                    ProcessVariables.POLICY_NAME, "Demo_Passwordless",
                    ProcessVariables.APPROVAL_REQUIRED, !settings.getRequiredProperty("signonflow.approval.optional", Boolean.class)));
            } finally {
                identities.clearAuthentication();
            }
        }
    }
}
