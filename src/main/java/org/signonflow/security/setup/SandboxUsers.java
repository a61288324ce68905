package org.signonflow.security.setup;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
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

/** The users for trying out Signonflow; each password is the name followed by {@code -sandbox}. The engine's settings create the admin. */
@Component
@Profile("sandbox")
public class SandboxUsers {

    private static final Map<String, String> GROUPS = Map.of(
        "requester", Roles.REQUESTERS,
        "approver", Roles.APPROVERS,
        "operator", Roles.OPERATORS);

    private final IdentityService identities;
    private volatile List<String> withKnownPassword = List.of();

    SandboxUsers(IdentityService identities) {
        this.identities = identities;
    }

    /** Those who had that password a moment ago. */
    public List<String> withKnownPassword() {
        return withKnownPassword;
    }

    /** Not in a request, where a right password would count as a login and forgive those who have guessed before. */
    @Scheduled(initialDelay = 10, fixedDelay = 10, timeUnit = TimeUnit.SECONDS)
    void check() {
        withKnownPassword = Stream.of("requester", "approver", "operator", "admin")
            .filter(user -> identities.checkPassword(user, user + StartupSecurityCheck.SANDBOX_PASSWORD)).toList();
    }

    @EventListener(ApplicationStartedEvent.class)
    @Order(2)
    void create() {
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
