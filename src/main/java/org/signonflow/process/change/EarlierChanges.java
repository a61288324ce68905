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
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Records what nodes of an earlier version have started or brought further, which keep no record of changes: everything at the first start
 * of this version, and what they do while they still work beside it.
 */
@Component
class EarlierChanges {

    private static final int BATCH = 200;
    /** More than any installation's history. */
    private static final int MOST_BATCHES = 10_000;
    private static final String PROCESSES = Flow.changes().stream().map(process -> "'" + process + "'").collect(Collectors.joining(", "));

    private static final Map<RowState, ChangeState> STATES = Map.of(RowState.PENDING, ChangeState.CREATING,
        RowState.CREATING, ChangeState.CREATING, RowState.READY, ChangeState.WAITING_FOR_APPROVAL,
        RowState.ASSIGNING, ChangeState.ASSIGNING, RowState.ASSIGNED, ChangeState.ASSIGNED, RowState.UNDOING, ChangeState.UNDOING,
        RowState.COMPLETED, ChangeState.COMPLETED, RowState.REJECTED, ChangeState.REJECTED, RowState.ROLLED_BACK, ChangeState.ROLLED_BACK,
        RowState.LEFT_OUT, ChangeState.ROLLED_BACK);

    private static final Logger LOG = LoggerFactory.getLogger(EarlierChanges.class);

    private final HistoryService history;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final EngineHistory engine;
    private final Changes changes;
    private final RollOuts rollOuts;
    private final Clock clock;

    EarlierChanges(HistoryService history, RuntimeService runtime, ManagementService management, EngineHistory engine, Changes changes,
                   RollOuts rollOuts, Clock clock) {
        this.history = history;
        this.runtime = runtime;
        this.management = management;
        this.engine = engine;
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.clock = clock;
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
        try {
            changes.add(asItStands(instance));
        } catch (DuplicateKeyException anotherNodeHasAddedIt) {
            // As wanted.
        }
    }

    /** The change as the engine has it. */
    private Change asItStands(HistoricProcessInstance instance) {
        String id = instance.getId();
        Map<String, String> variables = engine.variables(id);
        Change requested = RequestedChange.of(id, instance.getProcessDefinitionKey(), instance.getStartTime().toInstant(), variables::get);
        // Who is asked again has not decided.
        List<HistoricTaskInstance> completed = variables.get(ProcessVariables.DECISION) == null ? List.of()
            : history.createHistoricTaskInstanceQuery().processInstanceId(id).taskDeleteReason("completed").list();
        Optional<HistoricTaskInstance> decided = completed.stream().max(Comparator.comparing(HistoricTaskInstance::getEndTime));
        Optional<Incident> incident = runtime.createIncidentQuery().processInstanceId(id).list().stream().findFirst();
        Instant ended = at(instance.getEndTime());
        ChangeState state = ended == null ? ChangeProgress.standing(engine.path(id).active())
            : HistoricProcessInstance.STATE_COMPLETED.equals(instance.getState()) && variables.containsKey(ProcessVariables.OUTCOME)
            ? ChangeState.valueOf(variables.get(ProcessVariables.OUTCOME)) : ChangeState.CANCELLED;
        return new Change(id, requested.flow(), Optional.ofNullable(requested.environment()).orElse("?"), requested.applicationName(),
            requested.applicationId(), requested.policyName(), requested.requestedBy(), requested.requestedAt(), requested.reason(),
            requested.rollOut(), requested.line(), state, ended == null ? requested.requestedAt() : ended, ended,
            incident.map(Incident::getId).orElse(null), incident.map(Incident::getIncidentMessage).orElse(null),
            variables.get(ProcessVariables.REJECTION), variables.get(ProcessVariables.ROLLED_BACK_BY),
            decided.map(task -> variables.get(ProcessVariables.DECISION)).orElse(null),
            decided.map(HistoricTaskInstance::getAssignee).orElse(null), decided.map(task -> at(task.getEndTime())).orElse(null),
            decided.map(task -> variables.get(ProcessVariables.COMMENT)).orElse(null), null, null);
    }

    /** What is recorded was read first: if it is out of date by now, {@link Changes#correct} does nothing. */
    private void correct(List<Change> seen) {
        Set<String> ids = seen.stream().map(Change::id).collect(Collectors.toSet());
        Map<String, HistoricProcessInstance> instances = history.createHistoricProcessInstanceQuery().processInstanceIds(ids).list().stream()
            .collect(Collectors.toMap(HistoricProcessInstance::getId, Function.identity()));
        Map<String, RowState> rows = rollOuts.statesOf(ids);
        for (Change change : seen) {
            HistoricProcessInstance instance = instances.get(change.id());
            tried(change.id(), () -> {
                Change now = instance == null ? change.in(ChangeState.CANCELLED, clock.instant())
                    // There may be thousands, of which the roll-out knows.
                    : instance.getEndTime() == null && rows.containsKey(change.id()) ? change.in(STATES.get(rows.get(change.id())), null)
                    : asItStands(instance);
                if (!now.standsAs(change)) {
                    changes.correct(change, now);
                }
            });
        }
    }

    private static Instant at(Date date) {
        return date == null ? null : date.toInstant();
    }
}
