package org.signonflow.security.login;

import org.springframework.security.core.AuthenticationException;

/** The provider does not respond, or not as it should. The cause is for the log. */
class ProviderSilent extends AuthenticationException {

    static final String SENTENCE = "The identity provider does not respond: try again in a moment.";

    ProviderSilent(Throwable cause) {
        super(SENTENCE, cause);
    }
}
