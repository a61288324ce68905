package org.signonflow.security.setup;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

import java.util.stream.Stream;

/** Outside the sandbox profile, refuses a database that still has the sandbox's users. Runs before the server accepts requests. */
@Component
@Profile("!sandbox")
class SandboxUsersCheck implements SmartInitializingSingleton {

    private final IdentityService identities;

    SandboxUsersCheck(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Stream.of("requester", "approver", "operator", "admin").filter(user -> identities.checkPassword(user, user
            + StartupSecurityCheck.SANDBOX_PASSWORD)).findFirst().ifPresent(user -> {
                throw new StartupRefused("The database contains the sandbox's user %s with its publicly known password."
                    .formatted(user),
                    "Set spring.datasource.url to a database of its own, or start once with the profile sandbox and change the password.");
            });
    }
}
