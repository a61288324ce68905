package org.signonflow.change;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Journal;
import org.signonflow.pingone.Kind;
import org.springframework.stereotype.Component;

/** What happened to a change, from its request to its end: by the engine's history and the journal. */
@Component
public class Timeline {

    private static final int MOST_CALLS = 500;

    private final EngineHistory history;
    private final Journal journal;
    private final Changes changes;
    private final Checks checks;

    Timeline(EngineHistory history, Journal journal, Changes changes, Checks checks) {
        this.history = history;
        this.journal = journal;
        this.changes = changes;
        this.checks = checks;
    }

    /**
     * Earliest first.
     *
     * @param variables the change's, as {@link EngineHistory#variables} returns them
     */
    public List<TimelineEvent> of(Change change, Map<String, String> variables) {
        Map<String, String> names = history.stepNames(change.id());
        Stream<TimelineEvent> calls = calls(change, variables).filter(entry -> entry.action() != Entry.Action.CLOSE)
            .map(entry -> event(entry, names.getOrDefault(entry.step().name(), inWords(entry.step().name()))));
        Stream<TimelineEvent> events = history.events(change.id(), variables, names).stream()
            .map(event -> event.type() == TimelineEvent.Type.ROLL_BACK
            ? TimelineEvent.of(event.at(), event.type(), null, change.rolledBackBy(), null) : event);
        return Stream.of(events, calls, drift(change)).flatMap(all -> all).sorted(Comparator.comparing(TimelineEvent::at)).toList();
    }

    /** Whether something that the change has created was deleted, and nothing has taken its place. */
    public boolean hasLostSomething(Change change) {
        return journal.haveLost(changes.instancesOf(change.id()));
    }

    /** The id of the assignment that an undo has made in the place of the change's own; empty if none did. */
    public Optional<String> assignedAgain(Change change) {
        return journal.remaining(changes.instancesOf(change.id())).stream()
            .filter(made -> made.kind() == Kind.ASSIGNMENT && !made.instanceId().equals(change.id())).map(CreatedObject::id).findFirst();
    }

    private Stream<TimelineEvent> drift(Change change) {
        return change.check() == null || change.check().foundAt() == null ? Stream.empty()
            : checks.episodes(change.id()).stream().flatMap(episode -> Stream.of(
                TimelineEvent.of(episode.foundAt(), TimelineEvent.Type.DRIFT_FOUND, null, null, said(episode)),
                episode.acceptedAt() == null ? null : TimelineEvent.of(episode.acceptedAt(), TimelineEvent.Type.DRIFT_ACCEPTED, null,
                    episode.acceptedBy(), episode.acceptedBecause()),
                episode.goneAt() == null ? null : TimelineEvent.of(episode.goneAt(), TimelineEvent.Type.DRIFT_GONE, null, null,
                    said(episode)))
                .filter(Objects::nonNull));
    }

    private static String said(Checks.Episode episode) {
        return episode.findings().stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }

    private Stream<Entry> calls(Change change, Map<String, String> variables) {
        if (!change.flow().equals(Flow.UNDO)) {
            return journal.latest(changes.instancesOf(change.id()), MOST_CALLS).stream();
        }
        // The journal keeps most of them with the change whose objects they delete. Only one undo at a time has it.
        return Optional.ofNullable(variables.get(FlowVariables.CHANGE)).stream()
            .flatMap(undone -> journal.latest(List.of(undone, change.id()), MOST_CALLS).stream())
            .filter(entry -> entry.step().instanceId().equals(change.id()) || entry.action() == Entry.Action.DELETE
                && !entry.begunAt().isBefore(change.requestedAt())
                && (change.endedAt() == null || !entry.begunAt().isAfter(change.endedAt())));
    }

    /** A step of another model, as in {@code Task_UnassignPolicy}. */
    private static String inWords(String step) {
        String words = step.replaceFirst("^Task_", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1).replace("sign on", "sign-on");
    }

    private static TimelineEvent event(Entry entry, String step) {
        boolean creates = entry.action() == Entry.Action.CREATE;
        String path = entry.kind() == null ? null : entry.kind().address(entry.parentId(), creates ? null : entry.pingOneId());
        return new TimelineEvent(entry.begunAt(), TimelineEvent.Type.CALL, step, null, null, new TimelineEvent.Call(
            creates ? "POST" : "DELETE", path, entry.attempt(), entry.outcome() == null ? null : entry.outcome().name(), entry.status(),
            entry.errorCode(), entry.correlationId(), entry.endedAt() == null ? null
            : entry.endedAt().toEpochMilli() - entry.begunAt().toEpochMilli()));
    }
}
