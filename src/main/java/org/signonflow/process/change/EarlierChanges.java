package org.signonflow.process.change;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Flow;
import org.signonflow.process.ProcessVariables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records what nodes of an earlier version have started or brought further, which keep no record of changes: everything at the first start
 * of this version, and what they do while they still work beside it.
 */
@Component
class EarlierChanges {

    private static final int BATCH = 200;
    /** More than any installation's history. */
    private static final int MOST_BATCHES = 10_000;
    private static final String PROCESSES = Flow.processes().stream().filter(process -> !process.equals(Flow.ROLL_OUT))
        .map(process -> "'" + process + "'").collect(Collectors.joining(", "));

    private static final Logger LOG = LoggerFactory.getLogger(EarlierChanges.class);

    private final HistoryService history;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final EngineHistory engine;
    private final Changes changes;

    EarlierChanges(HistoryService history, RuntimeService runtime, ManagementService management, EngineHistory engine, Changes changes) {
        this.history = history;
        this.runtime = runtime;
        this.management = management;
        this.engine = engine;
        this.changes = changes;
    }

    @Scheduled(initialDelayString = "${signonflow.changes.catch-up-after:2s}", fixedDelayString = "${signonflow.changes.catch-up-every:5m}")
    void catchUp() {
        int added = 0;
        int failed = 0;
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            List<HistoricProcessInstance> missing = history.createNativeHistoricProcessInstanceQuery().sql("""
                    select instance.* from %s instance where instance.PROC_DEF_KEY_ in (%s)
                    and not exists (select 1 from signonflow_change where id = instance.ID_) order by instance.ID_"""
                .formatted(management.getTableName(HistoricProcessInstance.class), PROCESSES)).listPage(failed, BATCH);
            if (missing.isEmpty()) {
                break;
            }
            for (HistoricProcessInstance instance : missing) {
                failed += tried(instance.getId(), () -> add(instance)) ? 0 : 1;
            }
            added += missing.size();
        }
        if (added > failed) {
            LOG.info("{} flows and rows of an earlier version are listed as changes now.", added - failed);
        }
        List<Change> underWay = changes.underWay();
        for (int from = 0; from < underWay.size(); from += BATCH) {
            correct(underWay.subList(from, Math.min(underWay.size(), from + BATCH)));
        }
    }

    /** One that fails must not keep the others from being recorded. */
    private static boolean tried(String id, Runnable recording) {
        try {
            recording.run();
            return true;
        } catch (RuntimeException failure) {
            LOG.warn("The process instance {} of an earlier version cannot be recorded as a change.", id, failure);
            return false;
        }
    }

    private void add(HistoricProcessInstance instance) {
        Map<String, String> variables = engine.variables(instance.getId());
        Change requested = RequestedChange.of(instance.getId(), instance.getProcessDefinitionKey(), instance.getStartTime().toInstant(),
            variables::get);
        // Who is asked again has not decided.
        List<HistoricTaskInstance> completed = variables.get(ProcessVariables.DECISION) == null ? List.of()
            : history.createHistoricTaskInstanceQuery().processInstanceId(instance.getId()).taskDeleteReason("completed").list();
        Optional<HistoricTaskInstance> decided = completed.stream().max(Comparator.comparing(HistoricTaskInstance::getEndTime));
        Optional<Incident> incident = runtime.createIncidentQuery().processInstanceId(instance.getId()).list().stream().findFirst();
        Instant ended = at(instance.getEndTime());
        ChangeState state = state(instance, variables.get(ProcessVariables.OUTCOME));
        try {
            changes.add(new Change(requested.id(), requested.flow(), Optional.ofNullable(requested.environment()).orElse("?"),
                requested.applicationName(), requested.applicationId(), requested.policyName(), requested.requestedBy(),
                requested.requestedAt(), requested.reason(), requested.rollOut(), requested.line(), state,
                ended == null ? requested.requestedAt() : ended, ended, incident.map(Incident::getId).orElse(null),
                incident.map(Incident::getIncidentMessage).orElse(null), variables.get(ProcessVariables.REJECTION),
                variables.get(ProcessVariables.ROLLED_BACK_BY), decided.map(task -> variables.get(ProcessVariables.DECISION)).orElse(null),
                decided.map(HistoricTaskInstance::getAssignee).orElse(null), decided.map(task -> at(task.getEndTime())).orElse(null),
                decided.map(task -> variables.get(ProcessVariables.COMMENT)).orElse(null)));
        } catch (DuplicateKeyException anotherNodeHasAddedIt) {
            // As wanted.
        }
    }

    /** What is recorded was read first: if it is out of date by now, {@link Changes#correct} does nothing. */
    private void correct(List<Change> seen) {
        Map<String, HistoricProcessInstance> instances = history.createHistoricProcessInstanceQuery()
            .processInstanceIds(seen.stream().map(Change::id).collect(Collectors.toSet())).list().stream()
            .collect(Collectors.toMap(HistoricProcessInstance::getId, Function.identity()));
        for (Change change : seen) {
            HistoricProcessInstance instance = instances.get(change.id());
            // A row's progress is the roll-out's as well, and there may be thousands.
            if (instance != null && (instance.getEndTime() != null || change.rollOut() == null)) {
                tried(change.id(), () -> correct(change, instance));
            }
        }
    }

    private void correct(Change seen, HistoricProcessInstance instance) {
        ChangeState state = state(instance, instance.getEndTime() == null ? null
            : engine.variables(seen.id()).get(ProcessVariables.OUTCOME));
        if (state != seen.state()) {
            changes.correct(seen, state, at(instance.getEndTime()));
        }
    }

    private ChangeState state(HistoricProcessInstance instance, String outcome) {
        if (instance.getEndTime() != null) {
            return HistoricProcessInstance.STATE_COMPLETED.equals(instance.getState()) && outcome != null ? ChangeState.valueOf(outcome)
                : ChangeState.CANCELLED;
        }
        Set<String> active = engine.path(instance.getId()).active();
        return active.stream().map(ChangeProgress.STATES::get).filter(state -> state != null && !state.hasEnded()).findFirst()
            .orElse(isAny(active, "Task_CheckForChanges", "Task_AssignPolicy") ? ChangeState.ASSIGNING
            : isAny(active, "Task_Settle", "Event_Undo", "Task_Delete", "Task_Revoke", "Task_Unassign") ? ChangeState.UNDOING
            : ChangeState.CREATING);
    }

    private static boolean isAny(Set<String> active, String... beginnings) {
        return active.stream().anyMatch(id -> Stream.of(beginnings).anyMatch(id::startsWith));
    }

    private static Instant at(Date date) {
        return date == null ? null : date.toInstant();
    }
}
