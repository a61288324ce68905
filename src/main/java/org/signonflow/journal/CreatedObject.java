package org.signonflow.journal;

import org.signonflow.pingone.Kind;

import java.time.Instant;

/**
 * An object that an instance created in PingOne, with everything needed to find and delete it.
 *
 * @param step       the step that created it
 * @param kind       null if created by a node of the previous version, which recorded neither this nor the parent
 * @param parentId   what contains it; null for the environment
 * @param naturalKey what identifies it in PingOne to people
 * @param id         its id in PingOne
 * @param at         when that became known
 */
public record CreatedObject(String step, Kind kind, String parentId, String naturalKey, String id, Instant at) {

    /** A copy with the given kind and parent. */
    public CreatedObject in(Kind kind, String parentId) {
        return new CreatedObject(step, kind, parentId, naturalKey, id, at);
    }

    /** As people read it: {@code sign-on policy MFA_UseCase (7bf52bba-...)}. */
    @Override
    public String toString() {
        return "%s (%s)".formatted(naturalKey, id);
    }
}
