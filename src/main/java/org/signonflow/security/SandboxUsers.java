package org.signonflow.security;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import java.util.Map;

/** The users to try Signonflow with; each one's password is its name and {@code -sandbox}. The engine's own settings make the admin. */
@Component
@Profile("sandbox")
class SandboxUsers {

    private static final Map<String, String> GROUPS = Map.of(
        "requester", "sign-on-requesters",
        "approver", "sign-on-approvers",
        "operator", "sign-on-operators");

    private final IdentityService identities;

    SandboxUsers(IdentityService identities) {
        this.identities = identities;
    }

    @EventListener(ApplicationStartedEvent.class)
    void create() {
        GROUPS.forEach((userId, groupId) -> {
            if (identities.createUserQuery().userId(userId).count() == 0) {
                User user = identities.newUser(userId);
                user.setFirstName(Character.toUpperCase(userId.charAt(0)) + userId.substring(1));
                user.setLastName("Sandbox");
                user.setPassword(userId + "-sandbox");
                identities.saveUser(user);
            }
            if (identities.createGroupQuery().groupId(groupId).count() == 0) {
                Group group = identities.newGroup(groupId);
                group.setName(groupId.replace('-', ' '));
                group.setType("WORKFLOW");
                identities.saveGroup(group);
            }
            if (identities.createGroupQuery().groupId(groupId).groupMember(userId).count() == 0) {
                identities.createMembership(userId, groupId);
            }
        });
    }
}
