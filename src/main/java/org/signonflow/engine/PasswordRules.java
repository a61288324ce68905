package org.signonflow.engine;

import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.identity.DefaultPasswordPolicyImpl;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;

/** The engine's password rules, for use before the engine exists. */
public final class PasswordRules {

    private PasswordRules() {
    }

    /** Whether the engine would accept the password for a new user with this data, all of which may be null. */
    public static boolean allow(String id, String firstName, String lastName, String email, String password) {
        User user = new UserEntity(id);
        user.setFirstName(firstName);
        user.setLastName(lastName);
        user.setEmail(email);
        return new DefaultPasswordPolicyImpl().getRules().stream().allMatch(rule -> rule.execute(password, user));
    }
}
