package org.signonflow.security.setup;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.signonflow.security.SingleSignOn;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The users for trying out Signonflow; each password is the name followed by {@code -sandbox}. The engine's settings create the admin. With
 * an identity provider there are none.
 */
@Component
@Profile("sandbox")
public class SandboxUsers {

    private static final Map<String, String> GROUPS = Map.of(
        "requester", Roles.REQUESTERS,
        "approver", Roles.APPROVERS,
        "operator", Roles.OPERATORS);

    private final IdentityService identities;
    private final SingleSignOn signOn;
    private volatile List<String> withKnownPassword = List.of();

    SandboxUsers(IdentityService identities, SingleSignOn signOn) {
        this.identities = identities;
        this.signOn = signOn;
    }

    /** Those who had that password a moment ago. */
    public List<String> withKnownPassword() {
        return withKnownPassword;
    }

    /** Not in a request, where a right password would count as a login and forgive those who have guessed before. */
    @Scheduled(initialDelay = 10, fixedDelay = 10, timeUnit = TimeUnit.SECONDS)
    void check() {
        if (signOn.isOn()) {
            return;
        }
        withKnownPassword = Stream.of("requester", "approver", "operator", "admin")
            .filter(user -> identities.checkPassword(user, user + StartupSecurityCheck.SANDBOX_PASSWORD)).toList();
    }

    @EventListener(ApplicationStartedEvent.class)
    @Order(2)
    void create() {
        if (signOn.isOn()) {
            return;
        }
        GROUPS.forEach((id, group) -> {
            if (identities.createUserQuery().userId(id).count() == 0) {
                User user = identities.newUser(id);
                user.setFirstName(Character.toUpperCase(id.charAt(0)) + id.substring(1));
                user.setLastName("Sandbox");
                user.setPassword(id + StartupSecurityCheck.SANDBOX_PASSWORD);
                identities.saveUser(user);
                identities.createMembership(id, group);
            }
        });
        check();
    }
}
