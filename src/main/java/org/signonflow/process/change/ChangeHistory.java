package org.signonflow.process.change;

import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.history.HistoricDetail;
import org.camunda.bpm.engine.history.HistoricIncident;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.history.HistoricVariableUpdate;
import org.camunda.bpm.engine.history.UserOperationLogEntry;
import org.camunda.bpm.engine.runtime.ActivityInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.TransitionInstance;
import org.camunda.bpm.engine.task.Comment;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.TimelineEvent;
import org.signonflow.change.TimelineEvent.Type;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.WithoutAuthorizations;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the engine's history without its authorisations: whoever may see a change may see what happened to it. */
@Component
class ChangeHistory implements EngineHistory {

    /** A failed attempt and the incident that it raised are one event, and so are a retry and the end of the incident. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final int MOST_COMMENTS = 100;
    /** Of each kind, the latest. */
    private static final int MOST_EVENTS = 200;

    private final HistoryService history;
    private final RuntimeService runtime;
    private final RepositoryService repository;
    private final TaskService tasks;
    private final IdentityService identities;

    ChangeHistory(HistoryService history, RuntimeService runtime, RepositoryService repository, TaskService tasks,
                  IdentityService identities) {
        this.history = history;
        this.runtime = runtime;
        this.repository = repository;
        this.tasks = tasks;
        this.identities = identities;
    }

    @Override
    public List<TimelineEvent> events(String id, Map<String, String> variables, Map<String, String> stepNames) {
        return withoutAuthorisations(() -> {
            HistoricProcessInstance instance = history.createHistoricProcessInstanceQuery().processInstanceId(id).singleResult();
            if (instance == null) {
                return List.of();
            }
            List<TimelineEvent> events = new ArrayList<>();
            events.add(TimelineEvent.of(at(instance.getStartTime()), Type.REQUESTED, null, variables.get(ProcessVariables.REQUESTED_BY),
                variables.get(FlowVariables.REASON)));
            addDecisions(id, events);
            addFailures(id, stepNames, events);
            Map.of("Task_RemindApprovers", Type.REMINDED, "StartEvent_RollBack", Type.ROLL_BACK).forEach((activity, type) ->
                history.createHistoricActivityInstanceQuery().processInstanceId(id).activityId(activity).list()
                    .forEach(happened -> events.add(TimelineEvent.of(at(happened.getStartTime()), type, null, null, null))));
            if (instance.getEndTime() != null) {
                events.add(TimelineEvent.of(at(instance.getEndTime()), Type.ENDED, null, null,
                    variables.get(ProcessVariables.OUTCOME)));
            }
            return events.stream().sorted(Comparator.comparing(TimelineEvent::at)).toList();
        });
    }

    private void addDecisions(String id, List<TimelineEvent> events) {
        List<HistoricTaskInstance> asked = history.createHistoricTaskInstanceQuery().processInstanceId(id)
            .orderByHistoricActivityInstanceStartTime().desc().listPage(0, MOST_EVENTS);
        List<HistoricDetail> said = history.createHistoricDetailQuery().processInstanceId(id).variableUpdates()
            .disableCustomObjectDeserialization().orderByTime().desc().listPage(0, MOST_EVENTS);
        List<HistoricActivityInstance> expired = history.createHistoricActivityInstanceQuery().processInstanceId(id)
            .activityId("Event_ApprovalExpired").finished().list();
        for (HistoricTaskInstance task : asked) {
            tasks.getTaskComments(task.getId()).stream().sorted(Comparator.comparing(Comment::getTime)).limit(MOST_COMMENTS)
                .forEach(comment -> events.add(TimelineEvent.of(at(comment.getTime()), Type.COMMENT, task.getName(), comment.getUserId(),
                    comment.getFullMessage())));
            events.add(TimelineEvent.of(at(task.getStartTime()), Type.APPROVAL_REQUESTED, task.getName(), null, null));
            if ("completed".equals(task.getDeleteReason())) {
                boolean approved = ProcessVariables.APPROVE.equals(said(said, ProcessVariables.DECISION, task));
                events.add(TimelineEvent.of(at(task.getEndTime()), approved ? Type.APPROVED : Type.DECLINED, task.getName(),
                    task.getAssignee(), said(said, ProcessVariables.COMMENT, task)));
            } else if (task.getEndTime() != null && !expired.isEmpty()) {
                events.add(TimelineEvent.of(at(task.getEndTime()), Type.EXPIRED, task.getName(), null, null));
            }
        }
    }

    /** The last value that a variable had got when the task ended; null if none. */
    private static String said(List<HistoricDetail> details, String variable, HistoricTaskInstance task) {
        return details.stream().map(HistoricVariableUpdate.class::cast)
            .filter(update -> update.getVariableName().equals(variable) && update.getValue() != null
                && !update.getTime().before(task.getStartTime()) && !update.getTime().after(task.getEndTime()))
            .max(Comparator.comparing(HistoricDetail::getTime)).map(update -> update.getValue().toString())
            .filter(text -> !text.isBlank()).orElse(null);
    }

    private void addFailures(String id, Map<String, String> names, List<TimelineEvent> events) {
        List<UserOperationLogEntry> retries = history.createUserOperationLogQuery().processInstanceId(id)
            .operationType(UserOperationLogEntry.OPERATION_TYPE_SET_JOB_RETRIES).orderByTimestamp().desc().listPage(0, MOST_EVENTS);
        List<HistoricIncident> incidents = history.createHistoricIncidentQuery().processInstanceId(id)
            .orderByCreateTime().desc().listPage(0, MOST_EVENTS);
        for (HistoricIncident incident : incidents) {
            String step = names.get(incident.getActivityId());
            events.add(TimelineEvent.of(at(incident.getCreateTime()), Type.INCIDENT, step, null, incident.getIncidentMessage()));
            if (incident.getEndTime() != null) {
                String retriedBy = retries.stream().filter(retry -> Objects.equals(retry.getJobId(), incident.getConfiguration())
                        && isAtOnce(retry.getTimestamp(), incident.getEndTime()))
                    .findFirst().map(UserOperationLogEntry::getUserId).orElse(null);
                events.add(TimelineEvent.of(at(incident.getEndTime()), retriedBy == null ? Type.INCIDENT_RESOLVED : Type.RETRIED, step,
                    retriedBy, null));
            }
        }
        history.createHistoricJobLogQuery().processInstanceId(id).failureLog().orderByTimestamp().desc()
            .listPage(0, MOST_EVENTS).stream()
            .filter(failure -> incidents.stream().noneMatch(incident -> Objects.equals(incident.getActivityId(), failure.getActivityId())
                && isAtOnce(incident.getCreateTime(), failure.getTimestamp())))
            .forEach(failure -> events.add(TimelineEvent.of(at(failure.getTimestamp()), Type.RETRYING, names.get(failure.getActivityId()),
                null, failure.getJobExceptionMessage())));
    }

    private static boolean isAtOnce(Date one, Date other) {
        return Duration.between(at(one), at(other)).abs().compareTo(AT_ONCE) < 0;
    }

    @Override
    public Map<String, String> variables(String id) {
        return withoutAuthorisations(() -> {
            Map<String, String> variables = new HashMap<>();
            for (HistoricVariableInstance variable : history.createHistoricVariableInstanceQuery().processInstanceId(id)
                .activityInstanceIdIn(id).disableBinaryFetching().disableCustomObjectDeserialization().list()) {
                String text = Objects.toString(variable.getValue(), "");
                if (!text.isBlank()) {
                    variables.put(variable.getName(), text);
                }
            }
            return variables;
        });
    }

    @Override
    public Path path(String id) {
        return withoutAuthorisations(() -> {
            Set<String> passed = history.createHistoricActivityInstanceQuery().processInstanceId(id).finished().list().stream()
                .map(HistoricActivityInstance::getActivityId).collect(Collectors.toSet());
            Set<String> active = new HashSet<>();
            ActivityInstance tree = runtime.getActivityInstance(id);
            if (tree != null) {
                addActive(tree, active);
            }
            Set<String> failed = runtime.createIncidentQuery().processInstanceId(id).list().stream().map(Incident::getActivityId)
                .collect(Collectors.toSet());
            return new Path(passed, active, failed);
        });
    }

    private static void addActive(ActivityInstance instance, Set<String> active) {
        ActivityInstance[] children = instance.getChildActivityInstances();
        TransitionInstance[] transitions = instance.getChildTransitionInstances();
        if (children.length == 0 && transitions.length == 0) {
            active.add(instance.getActivityId());
        }
        Stream.of(children).forEach(child -> addActive(child, active));
        Stream.of(transitions).forEach(transition -> active.add(transition.getActivityId()));
    }

    @Override
    public Map<String, String> stepNames(String id) {
        return withoutAuthorisations(() -> {
            HistoricProcessInstance instance = history.createHistoricProcessInstanceQuery().processInstanceId(id).singleResult();
            if (instance == null) {
                return Map.of();
            }
            Map<String, String> names = new HashMap<>();
            repository.getBpmnModelInstance(instance.getProcessDefinitionId()).getModelElementsByType(FlowNode.class)
                .forEach(node -> names.put(node.getId(), Objects.requireNonNullElse(node.getName(), node.getId()).replaceAll("\\s+", " ")));
            return names;
        });
    }

    private <T> T withoutAuthorisations(Supplier<T> reading) {
        return WithoutAuthorizations.get(identities, reading);
    }

    private static Instant at(Date date) {
        return date.toInstant();
    }
}
