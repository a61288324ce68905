package org.signonflow;

import org.signonflow.pingone.PingOneEnvironments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/** Logs that startup is complete, with the addresses and who can log in. */
@Component
class StartupMessage {

    private static final Logger log = LoggerFactory.getLogger(StartupMessage.class);
    private static final Marker OWN_LINES = MarkerFactory.getMarker("OWN_LINES");

    private final Environment settings;
    private final PingOneEnvironments environments;

    StartupMessage(Environment settings, PingOneEnvironments environments) {
        this.settings = settings;
        this.environments = environments;
    }

    @EventListener(ApplicationReadyEvent.class)
    @Order(2)
    void say() {
        String here = "http%s://localhost:%s%s".formatted(settings.containsProperty("server.ssl.bundle")
            || settings.containsProperty("server.ssl.key-store") || settings.containsProperty("server.ssl.certificate") ? "s" : "",
            settings.getProperty("local.server.port"), settings.getProperty("server.servlet.context-path", "").replaceFirst("/$", ""));
        if (settings.acceptsProfiles(Profiles.of("sandbox"))) {
            log.info(OWN_LINES, """
                Signonflow is ready.

                  Start here {}/   what waits, is stuck, is under way and has ended
                  Tasklist   {}/camunda/app/tasklist   approver / approver-sandbox{}
                  Roll-outs  {}/roll-outs   requester / requester-sandbox, who also starts changes
                  Cockpit    {}/camunda/app/cockpit    operator / operator-sandbox, or admin / admin-sandbox
                  REST       {}/engine-rest, documented at {}/swagger-ui.html
                  Sandbox    http://localhost:{}/sandbox/state and /sandbox/ledger

                  Start another flow:
                  curl -s -u requester:requester-sandbox -H 'Content-Type: application/json' \\
                    {}/engine-rest/process-definition/key/configure-mfa-sign-on/start \\
                    -d '{"variables": {"applicationName": {"value": "My app"}, "policyName": {"value": "My_MFA"}}}'
                """, here, here, settings.getProperty("signonflow.demo", Boolean.class, false) ? ": one approval is waiting" : "", here,
                here, here, here, settings.getProperty("signonflow.sandbox.port"), here);
        } else {
            log.info(OWN_LINES, """
                Signonflow is ready.

                  Start here {}/   what waits, is stuck, is under way and has ended
                  Tasklist   {}/camunda/app/tasklist
                  Roll-outs  {}/roll-outs
                  Cockpit    {}/camunda/app/cockpit
                  REST       {}/engine-rest, documented at {}/swagger-ui.html
                  Log in     as the administrator {}, who creates all other users at {}/camunda/app/admin
                  PingOne    {}
                  Database   {}
                """, here, here, here, here, here, here, settings.getProperty("camunda.bpm.admin-user.id"), here,
                String.join(", ", environments.aliases()), database());
        }
    }

    private String database() {
        String url = settings.getProperty("spring.datasource.url", "").split("[?;]")[0].replaceFirst("//[^/]*@", "//");
        return url.startsWith("jdbc:h2:") ? "the file %s, fine for a trial; for production set spring.datasource.url to a PostgreSQL"
            .formatted(url.replaceFirst("jdbc:h2:(file:)?", "")) : url;
    }
}
