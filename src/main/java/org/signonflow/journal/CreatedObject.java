package org.signonflow.journal;

import org.signonflow.pingone.Kind;

import java.time.Instant;

/**
 * An object that an instance has made in PingOne, and all that it takes to find and to delete it.
 *
 * @param step       the step that made it
 * @param kind       null of what a node of the version before has made, which wrote down neither this nor the parent
 * @param parentId   what it is in; null for the environment
 * @param naturalKey what it is known by in PingOne
 * @param id         its id in PingOne
 * @param at         when that was known
 */
public record CreatedObject(String step, Kind kind, String parentId, String naturalKey, String id, Instant at) {

    /** The same, of that kind and in that parent. */
    public CreatedObject in(Kind kind, String parentId) {
        return new CreatedObject(step, kind, parentId, naturalKey, id, at);
    }

    /** As people read it: {@code sign-on policy MFA_UseCase (7bf52bba-...)}. */
    @Override
    public String toString() {
        return "%s (%s)".formatted(naturalKey, id);
    }
}
