package org.signonflow.security;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** Knows the engine's users and groups; a group is an authority of its id. */
class EngineAuthenticationProvider implements AuthenticationProvider {

    private final IdentityService identities;

    EngineAuthenticationProvider(IdentityService identities) {
        this.identities = identities;
    }

    @Override
    public Authentication authenticate(Authentication given) {
        String user = given.getName();
        try {
            if (!identities.checkPassword(user, String.valueOf(given.getCredentials()))) {
                throw new BadCredentialsException("Unknown user or wrong password");
            }
        } catch (TooManyAttempts tooMany) {
            throw new LockedException(tooMany.getMessage(), tooMany);
        }
        return authenticated(identities, user);
    }

    /** The user with the groups that he is in now. */
    static Authentication authenticated(IdentityService identities, String user) {
        return UsernamePasswordAuthenticationToken.authenticated(user, null,
            identities.createGroupQuery().groupMember(user).list().stream()
                .map(group -> new SimpleGrantedAuthority(group.getId())).toList());
    }

    @Override
    public boolean supports(Class<?> type) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
    }
}
