package org.signonflow.process;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.signonflow.change.Changes;
import org.signonflow.change.Incidents;
import org.signonflow.journal.Journal;
import org.signonflow.rollout.RollOuts;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps an instance's journal, its entries in the engine's user operation log, its record as a change, and the rows of a roll-out for as
 * long as the engine keeps its history.
 */
@Component
class JournalRetention {

    /** The engine's cleanup cannot have removed the history of anything younger. */
    private static final Duration YOUNGEST = Duration.ofDays(1);
    private static final Duration AS_LONG_AS_HISTORY = Duration.ofDays(180);
    private static final int BATCH = 500;

    private final Journal journal;
    private final RollOuts rollOuts;
    private final Changes changes;
    private final Incidents incidents;
    private final HistoryService history;
    private final Clock clock;

    JournalRetention(Journal journal, RollOuts rollOuts, Changes changes, Incidents incidents, HistoryService history, Clock clock) {
        this.journal = journal;
        this.rollOuts = rollOuts;
        this.changes = changes;
        this.incidents = incidents;
        this.history = history;
        this.clock = clock;
    }

    /** Runs after the nightly history cleanup. */
    @Scheduled(cron = "${signonflow.journal.cleanup:0 30 5 * * *}")
    void deleteExpired() {
        List<String> instances = Stream.of(journal.instancesBefore(clock.instant().minus(YOUNGEST)),
            rollOuts.endedBefore(clock.instant().minus(YOUNGEST)), changes.endedBefore(clock.instant().minus(YOUNGEST)))
            .flatMap(List::stream).distinct().toList();
        for (int from = 0; from < instances.size(); from += BATCH) {
            Set<String> batch = new HashSet<>(instances.subList(from, Math.min(instances.size(), from + BATCH)));
            batch.removeAll(withHistory(batch));
            Map<String, Set<String>> relatives = changes.relatives(batch);
            Set<String> needed = withHistory(relatives.values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
            batch.removeIf(id -> !Collections.disjoint(relatives.getOrDefault(id, Set.of()), needed));
            journal.forget(batch);
            rollOuts.forget(batch);
            changes.forget(batch);
            batch.forEach(this::deleteOperationLog);
        }
        incidents.forget(clock.instant().minus(AS_LONG_AS_HISTORY));
    }

    private Set<String> withHistory(Set<String> instances) {
        return instances.isEmpty() ? Set.of() : history.createHistoricProcessInstanceQuery().processInstanceIds(Set.copyOf(instances))
            .list().stream().map(HistoricProcessInstance::getId).collect(Collectors.toSet());
    }

    /** The one part of an instance's history that the engine's own cleanup skips. */
    private void deleteOperationLog(String instanceId) {
        history.createUserOperationLogQuery().processInstanceId(instanceId).list()
            .forEach(entry -> history.deleteUserOperationLogEntry(entry.getId()));
    }
}
