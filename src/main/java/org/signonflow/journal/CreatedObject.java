package org.signonflow.journal;

import org.signonflow.pingone.Kind;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An object that an instance created in PingOne, with everything needed to find and delete it.
 *
 * @param instanceId the instance that created it
 * @param step       the step that created it
 * @param kind       null if created by a node of the previous version, which recorded neither this nor the parent
 * @param parentId   what contains it; null for the environment
 * @param naturalKey what identifies it in PingOne to people
 * @param id         its id in PingOne
 * @param at         when that became known
 */
public record CreatedObject(String instanceId, String step, Kind kind, String parentId, String naturalKey, String id, Instant at) {

    /** A copy with the given kind and parent. */
    public CreatedObject in(Kind kind, String parentId) {
        return new CreatedObject(instanceId, step, kind, parentId, naturalKey, id, at);
    }

    /**
     * Of these objects those that stand for a change: of what was created again, as by an undo that was declined, the latest. It has the
     * same kind and natural key as what was there before.
     *
     * @param latestFirst what was not deleted
     */
    public static List<CreatedObject> inPlace(List<CreatedObject> latestFirst) {
        Set<List<Object>> seen = new HashSet<>();
        return latestFirst.stream().filter(made -> seen.add(Arrays.asList(made.kind, made.naturalKey))).toList();
    }

    /** As people read it: {@code sign-on policy MFA_UseCase (7bf52bba-...)}. */
    @Override
    public String toString() {
        return "%s (%s)".formatted(naturalKey, id);
    }
}
