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
 * Authenticates against the engine's users and groups. Spring Security uses the only {@code AuthenticationProvider} bean, and everything
 * downstream, first {@link EngineIdentityFilter}, reads from its result only the user's id as the name and the ids of their groups as
 * authorities. With an identity provider, {@link ProviderLogin} makes the same of a token.
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

    /** The user with their current groups. */
    static UsernamePasswordAuthenticationToken authenticated(IdentityService identities, String user) {
        return UsernamePasswordAuthenticationToken.authenticated(user, null,
            identities.createGroupQuery().groupMember(user).list().stream()
                .map(group -> new SimpleGrantedAuthority(group.getId())).toList());
    }

    @Override
    public boolean supports(Class<?> type) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
    }
}
