package org.signonflow.process.change;

import org.signonflow.change.Comparison;
import org.signonflow.journal.Absence;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Entry;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.SignOnPolicy;
import tools.jackson.databind.JsonNode;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What PingOne has of some changes: applications and policies from one list of each, whatever is in them from a list for each. Each list is
 * read once; what it lacks or has otherwise is read by itself. Not thread-safe.
 */
class PingOneNow implements Comparison.Now {

    private final PingOneClient pingone;
    private final Clock clock;
    private final Map<Kind, Map<String, JsonNode>> listed = new HashMap<>();
    private final Map<String, Map<String, JsonNode>> inside = new HashMap<>();
    private final Map<String, Optional<JsonNode>> read = new HashMap<>();
    private final Map<String, Optional<String>> policyNames = new HashMap<>();

    PingOneNow(PingOneClient pingone, Clock clock) {
        this.pingone = pingone;
        this.clock = clock;
    }

    /** Lists the applications and policies among the given entries, which is worth it for many of them. */
    void list(Collection<Entry> entries) {
        for (Kind kind : List.of(Kind.APPLICATION, Kind.SIGN_ON_POLICY)) {
            Set<String> wanted = made(entries).filter(entry -> entry.kind() == kind).map(Entry::pingOneId).collect(Collectors.toSet());
            if (!wanted.isEmpty()) {
                listed.put(kind, byId(pingone.list(kind, null, wanted::contains)));
            }
        }
    }

    /** How many calls it takes to compare these, if nothing has changed. */
    int calls(List<Entry> entries) {
        return (int) made(entries).filter(entry -> entry.kind() != null).map(entry -> entry.kind().parent() == null
                ? listed.containsKey(entry.kind()) ? null : entry.kind() + entry.pingOneId()
                : inside.containsKey(key(entry.kind(), entry.parentId())) ? null : key(entry.kind(), entry.parentId()))
            .filter(call -> call != null).distinct().count();
    }

    private static Stream<Entry> made(Collection<Entry> entries) {
        return entries.stream().filter(entry -> entry.action() == Entry.Action.CREATE && entry.hasMade());
    }

    @Override
    public Optional<JsonNode> listed(CreatedObject made) {
        if (made.kind().parent() != null) {
            return Optional.ofNullable(all(made.kind(), made.parentId()).get(made.id()));
        }
        return listed.containsKey(made.kind()) ? Optional.ofNullable(listed.get(made.kind()).get(made.id())) : read(made);
    }

    @Override
    public List<JsonNode> inside(Kind kind, String parentId) {
        return List.copyOf(all(kind, parentId).values());
    }

    private Map<String, JsonNode> all(Kind kind, String parentId) {
        Map<String, JsonNode> known = inside.get(key(kind, parentId));
        if (known == null) {
            known = byId(Absence.unlessGone(pingone, kind.parent(), parentId, () -> pingone.list(kind, parentId, id -> true), clock));
            inside.put(key(kind, parentId), known);
        }
        return known;
    }

    private static String key(Kind kind, String parentId) {
        return kind + " in " + parentId;
    }

    @Override
    public Optional<JsonNode> read(CreatedObject made) {
        Optional<JsonNode> known = read.get(made.id());
        if (known == null) {
            known = readNow(made);
            read.put(made.id(), known);
        }
        return known;
    }

    private Optional<JsonNode> readNow(CreatedObject made) {
        try {
            return Optional.of(pingone.read(made.kind(), made.parentId(), made.id()));
        } catch (PingOneException failure) {
            if (!failure.isNotFound()) {
                throw failure;
            }
            if (!isAbsentFromList(made) && Absence.unlessGone(pingone, made.kind().parent(), made.parentId(),
                    () -> made.kind().ids(pingone, made.parentId()), clock).contains(made.id())) {
                throw Absence.contradicted(clock, failure.getMessage());
            }
            return Optional.empty();
        }
    }

    /** Then PingOne has said so twice. */
    private boolean isAbsentFromList(CreatedObject made) {
        Map<String, JsonNode> list = made.kind().parent() == null ? listed.get(made.kind()) : inside.get(key(made.kind(), made.parentId()));
        return list != null && !list.containsKey(made.id());
    }

    @Override
    public List<Assignment> assignments(String applicationId) {
        return inside(Kind.ASSIGNMENT, applicationId).stream().map(Assignment::of).toList();
    }

    @Override
    public String policyName(String policyId) {
        return policyNames.computeIfAbsent(String.valueOf(policyId), id -> {
            try {
                return Optional.ofNullable(pingone.readSignOnPolicy(id)).map(SignOnPolicy::name);
            } catch (IllegalArgumentException noId) {
                return Optional.empty();
            } catch (PingOneException failure) {
                if (failure.outcome() != PingOneException.Outcome.REFUSED) {
                    throw failure;
                }
                // Its id has to do.
                return Optional.empty();
            }
        }).orElse(null);
    }

    private static Map<String, JsonNode> byId(List<JsonNode> objects) {
        return objects.stream().collect(Collectors.toMap(object -> object.path("id").asString(), Function.identity(), (one, other) -> one));
    }
}
