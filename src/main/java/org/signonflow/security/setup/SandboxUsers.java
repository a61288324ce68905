package org.signonflow.security.setup;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import java.util.Map;

/** The users for trying out Signonflow; each password is the name followed by {@code -sandbox}. The engine's settings create the admin. */
@Component
@Profile("sandbox")
class SandboxUsers {

    private static final Map<String, String> GROUPS = Map.of(
        "requester", Roles.REQUESTERS,
        "approver", Roles.APPROVERS,
        "operator", Roles.OPERATORS);

    private final IdentityService identities;

    SandboxUsers(IdentityService identities) {
        this.identities = identities;
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
    }
}
