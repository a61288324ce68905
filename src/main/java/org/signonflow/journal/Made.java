package org.signonflow.journal;

import java.time.Instant;

/**
 * An object that an instance has made in PingOne.
 *
 * @param step       the step that made it
 * @param naturalKey what it is known by in PingOne
 * @param id         its id in PingOne
 * @param at         when that was known
 */
public record Made(String step, String naturalKey, String id, Instant at) {

    /** As people read it: {@code sign-on policy MFA_UseCase (7bf52bba-...)}. */
    @Override
    public String toString() {
        return "%s (%s)".formatted(naturalKey, id);
    }
}
