package org.signonflow.security.login;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.stereotype.Component;

/**
 * Knows the engine's users and groups. This is the seam to whatever else may say who somebody is: Spring Security asks the one
 * {@code AuthenticationProvider} that there is, and what is behind it, {@link EngineIdentityFilter} first, reads of its answer only the
 * user's id as the name and the ids of his groups as authorities. Where another takes its place, such as one of OpenID Connect, the session
 * of the web applications, see {@link WebSession}, is to come from the same place.
 */
@Component
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
