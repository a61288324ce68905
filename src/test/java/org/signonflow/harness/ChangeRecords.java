package org.signonflow.harness;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.task.Task;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the record of changes with the engine, which it must never contradict. */
public final class ChangeRecords {

    private ChangeRecords() {
    }

    /** A sentence for each change that is recorded otherwise than the engine has it. */
    public static List<String> contradictions(ProcessEngine engine, Changes changes) {
        Set<String> stuck = engine.getRuntimeService().createIncidentQuery().list().stream().map(Incident::getProcessInstanceId)
            .collect(Collectors.toSet());
        Set<String> asked = engine.getTaskService().createTaskQuery().list().stream().map(Task::getProcessInstanceId)
            .collect(Collectors.toSet());
        Map<String, String> outcomes = engine.getHistoryService().createHistoricVariableInstanceQuery().variableName("outcome").list()
            .stream().filter(variable -> variable.getValue() != null)
            .collect(Collectors.toMap(HistoricVariableInstance::getProcessInstanceId, variable -> variable.getValue().toString(),
                (one, other) -> one));
        List<String> contradictions = new ArrayList<>();
        for (String process : Flow.processes()) {
            if (Flow.changes().contains(process)) {
                engine.getHistoryService().createHistoricProcessInstanceQuery().processDefinitionKey(process).list().forEach(instance -> {
                    Change change = changes.find(instance.getId()).orElse(null);
                    String problem = change == null ? "is not recorded" : problem(change, instance, outcomes.get(instance.getId()),
                        stuck.contains(instance.getId()), asked.contains(instance.getId()));
                    if (problem != null) {
                        contradictions.add("%s %s: %s".formatted(process, instance.getId(), problem));
                    }
                });
            }
        }
        return contradictions;
    }

    private static String problem(Change change, HistoricProcessInstance instance, String outcome, boolean stuck, boolean asked) {
        boolean ended = instance.getEndTime() != null;
        String state = ended && !HistoricProcessInstance.STATE_COMPLETED.equals(instance.getState()) ? ChangeState.CANCELLED.name()
            : ended ? outcome : asked ? ChangeState.WAITING_FOR_APPROVAL.name() : change.state().name();
        if (!Objects.equals(state, change.state().name()) || change.state().hasEnded() != ended || ended == (change.endedAt() == null)) {
            return "is recorded as %s, ended %s; the engine says %s, ended %s".formatted(change.state(), change.endedAt(), state,
                instance.getEndTime());
        }
        if (asked && change.decidedAt() != null) {
            return "is recorded as decided at " + change.decidedAt() + " while it waits";
        }
        return stuck == (change.incidentId() != null) ? null
            : "is recorded with the incident %s; the engine has %s".formatted(change.incidentId(), stuck ? "one" : "none");
    }
}
