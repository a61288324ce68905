package org.signonflow.change;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Journal;
import org.signonflow.journal.Outcome;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Kind;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares what a completed change created, by the journal, with what PingOne has. What it did not create is not compared. */
@Component
public class Comparison {

    private static final int MOST_NAMED = 5;
    /** What changes how users sign on, or what they may do, when it is added to an object. */
    private static final Map<Kind, Kind> PARTS = Map.of(Kind.SIGN_ON_POLICY, Kind.ACTION, Kind.APPLICATION, Kind.GRANT);
    private static final int LONGEST_NAME = 100;

    private final Journal journal;

    Comparison(Journal journal) {
        this.journal = journal;
    }

    /** What PingOne has now. */
    public interface Now {

        /** An object as it was listed; empty if it was not. */
        Optional<JsonNode> listed(CreatedObject made);

        /** The object by itself, which settles what a list has left open; empty if it is gone. */
        Optional<JsonNode> read(CreatedObject made);

        /** All of a kind that is in an object; nothing if that is gone. */
        List<JsonNode> inside(Kind kind, String parentId);

        /** What is assigned to an application; nothing if that is gone. */
        List<Assignment> assignments(String applicationId);

        /** A policy's name; null if it is not known. */
        String policyName(String policyId);
    }

    /** What it cannot be compared with: an earlier version did not record it. */
    public static final class NotRecordedException extends RuntimeException {

        NotRecordedException(String message) {
            super(message);
        }
    }

    /**
     * What is no longer as the change created it; nothing if all is.
     *
     * @param entries what the journal has of the change
     * @param besides which policies the application had besides when its own was assigned
     */
    public List<Finding> of(Change change, List<Entry> entries, List<Assigned> besides, Now now) {
        Set<String> deleted = entries.stream().filter(entry -> entry.action() == Entry.Action.DELETE
            && (entry.outcome() == Outcome.DELETED || entry.outcome() == Outcome.GONE)).map(Entry::pingOneId).collect(Collectors.toSet());
        Set<String> gone = new HashSet<>();
        List<Finding> findings = new ArrayList<>();
        for (Entry entry : inPlace(entries, deleted)) {
            CreatedObject made = entry.made();
            JsonNode sent = entry.sent() == null ? null : JsonMapper.shared().readTree(entry.sent());
            // PingOne deletes what is in an object along with it, and unassigns a policy.
            boolean goesAlong = gone.contains(String.valueOf(made.parentId()))
                || sent != null && gone.contains(sent.at("/signOnPolicy/id").asString(""));
            Optional<JsonNode> found = goesAlong || deleted.contains(made.id()) ? Optional.empty() : now.listed(made)
                .filter(listed -> drifts(entry, listed).isEmpty()).or(() -> now.read(made));
            if (found.isEmpty()) {
                gone.add(made.id());
                if (!goesAlong) {
                    findings.add(Finding.gone(made.naturalKey(), made.id(), deleted.contains(made.id()) ? change.undoneBy() : null));
                }
                continue;
            }
            drifts(entry, found.get()).forEach(drift -> findings.add(new Finding(isLater(made, drift) ? DriftState.WEAKENED
                : DriftState.CHANGED, made.naturalKey(), made.id(), drift.member(), drift.sent(), drift.found(), null)));
            if (PARTS.containsKey(made.kind())) {
                addParts(made, PARTS.get(made.kind()), entries, now, findings);
            }
            if (made.kind() == Kind.ASSIGNMENT) {
                int priority = found.get().path("priority").asInt(0);
                addTriedBefore(change, made, priority, sent == null ? priority : sent.path("priority").asInt(0), besides, now, findings);
            }
        }
        return findings;
    }

    /** What others have added to an object that the change created. */
    private static void addParts(CreatedObject made, Kind kind, List<Entry> entries, Now now, List<Finding> findings) {
        Set<String> own = made(entries).stream().map(Entry::pingOneId).collect(Collectors.toSet());
        List<JsonNode> others = now.inside(kind, made.id()).stream().filter(part -> !own.contains(part.path("id").asString(""))).toList();
        others.stream().limit(MOST_NAMED).forEach(part -> findings.add(Finding.added(made.naturalKey(), made.id(),
            "has another %s, %s (%s)".formatted(kind == Kind.ACTION ? "action" : "grant",
                kind == Kind.ACTION ? part.path("type").asString("") : "of resource " + part.at("/resource/id").asString(""),
                part.path("id").asString("")))));
        if (others.size() > MOST_NAMED) {
            findings.add(Finding.added(made.naturalKey(), made.id(), "has %,d more".formatted(others.size() - MOST_NAMED)));
        }
    }

    /** Of what was created in the place of something else, that alone; else the latest, even if it was deleted. */
    private static List<Entry> inPlace(List<Entry> entries, Set<String> deleted) {
        List<Entry> made = made(entries);
        Set<CreatedObject> inPlace = Set.copyOf(CreatedObject.inPlace(made.stream().map(Entry::made)
            .sorted(Comparator.comparing((CreatedObject one) -> deleted.contains(one.id())).thenComparing(CreatedObject::at,
                Comparator.reverseOrder())).toList()));
        return made.stream().filter(entry -> inPlace.contains(entry.made())).toList();
    }

    /** What the change has created, its containers first. */
    private static List<Entry> made(List<Entry> entries) {
        List<Entry> made = entries.stream().filter(entry -> entry.action() == Entry.Action.CREATE && entry.hasMade()).toList();
        if (made.isEmpty()) {
            throw new NotRecordedException("The journal has no record of what the change created.");
        }
        for (Entry entry : made) {
            if (entry.kind() == null || entry.kind().parent() != null && entry.parentId() == null) {
                throw new NotRecordedException("An earlier version did not record where it created the " + entry.naturalKey() + ".");
            }
        }
        return made;
    }

    /** Nothing if what was sent is not recorded. */
    private static List<Drift> drifts(Entry entry, JsonNode found) {
        return entry.sent() == null ? List.of() : Drift.of(entry.kind(), entry.sent(), found);
    }

    private static boolean isLater(CreatedObject made, Drift drift) {
        return made.kind() == Kind.ASSIGNMENT && drift.member().equals("priority")
            && JsonMapper.shared().readTree(drift.found()).asInt(0) > JsonMapper.shared().readTree(drift.sent()).asInt(0);
    }

    /** Policies that come to be tried before the change's own, or as soon: PingOne does not say which of two with one priority is first. */
    private void addTriedBefore(Change change, CreatedObject made, int priority, int sent, List<Assigned> besides, Now now,
                                List<Finding> findings) {
        List<Assignment> before = now.assignments(made.parentId()).stream().filter(other -> !other.id().equals(made.id())
                && rank(other.priority(), priority) < besides.stream().filter(then -> Objects.equals(then.policyId(), other.policyId()))
                    .mapToInt(then -> rank(then.priority(), sent)).min().orElse(1))
            .sorted(Comparator.comparingInt(Assignment::priority).thenComparing(Assignment::id)).toList();
        before.stream().limit(MOST_NAMED).forEach(other -> findings.add(Finding.triedBefore(made.naturalKey(), made.id(),
            "%s (priority %d) is tried %s".formatted(name(other, now), other.priority(),
                other.priority() < priority ? "before it" : "as soon"), by(change, other))));
        if (before.size() > MOST_NAMED) {
            findings.add(Finding.triedBefore(made.naturalKey(), made.id(),
                "%,d more policies are tried before it or as soon".formatted(before.size() - MOST_NAMED), null));
        }
    }

    private static String name(Assignment other, Now now) {
        String name = now.policyName(other.policyId());
        return Drift.shortened(name == null ? String.valueOf(other.policyId()) : name, LONGEST_NAME);
    }

    /** Whether the other is tried before (-1), as soon (0) or after (1). */
    private static int rank(int other, int own) {
        return Integer.compare(other, own);
    }

    private String by(Change change, Assignment other) {
        return creation(change, other).map(entry -> entry.step().instanceId()).orElse(null);
    }

    private Optional<Entry> creation(Change change, Assignment other) {
        return journal.ofObject(change.environment(), other.id()).stream()
            .filter(entry -> entry.action() == Entry.Action.CREATE && entry.hasMade()).findFirst();
    }

    /**
     * Which policies an application seems to have had besides, where that was not recorded: what it has now, except for what another change
     * has assigned later.
     */
    public List<Assigned> besidesBySight(Change change, List<Entry> entries, Now now) {
        Set<String> made = entries.stream().filter(Entry::hasMade).map(Entry::pingOneId).collect(Collectors.toSet());
        return entries.stream().filter(entry -> entry.kind() == Kind.ASSIGNMENT && entry.hasMade() && entry.parentId() != null).findFirst()
            .map(own -> now.assignments(own.parentId()).stream().filter(other -> !made.contains(other.id())
                    && creation(change, other).filter(later -> later.begunAt().isAfter(own.begunAt())).isEmpty())
                .map(other -> new Assigned(other.policyId(), null, other.priority())).toList())
            .orElse(List.of());
    }
}
