package org.signonflow.security;

import org.camunda.bpm.engine.IdentityService;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Knows the engine's users and groups; a group is an authority of its id. */
class EngineAuthenticationProvider implements AuthenticationProvider {

    private final IdentityService identities;
    private final LoginThrottle throttle;

    EngineAuthenticationProvider(IdentityService identities, LoginThrottle throttle) {
        this.identities = identities;
        this.throttle = throttle;
    }

    @Override
    public Authentication authenticate(Authentication given) {
        String user = given.getName();
        String address = ((WebAuthenticationDetails) given.getDetails()).getRemoteAddress();
        throttle.delay(user, address).ifPresent(delay -> {
            throw new TooManyAttempts(delay);
        });
        if (!identities.checkPassword(user, String.valueOf(given.getCredentials()))) {
            throttle.failed(user, address);
            throw new BadCredentialsException("Unknown user or wrong password");
        }
        throttle.succeeded(user, address);
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
