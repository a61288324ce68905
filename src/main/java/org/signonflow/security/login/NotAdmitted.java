package org.signonflow.security.login;

import org.springframework.security.core.AuthenticationException;

/** The provider knows who this is, but what it says of them does not suffice here. The message is a sentence for them. */
class NotAdmitted extends AuthenticationException {

    NotAdmitted(String sentence) {
        super(sentence);
    }
}
