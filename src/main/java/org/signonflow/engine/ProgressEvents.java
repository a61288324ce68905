package org.signonflow.engine;

import org.camunda.bpm.engine.impl.history.event.HistoricActivityInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoricIncidentEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoricProcessInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoricVariableUpdateEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.history.handler.HistoryEventHandler;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.signonflow.process.InstanceProgress;

import java.util.List;
import java.util.function.Supplier;

/** Tells where each instance stands, as the engine writes it into its history: for every version of a model, whatever brings it there. */
final class ProgressEvents implements HistoryEventHandler {

    private final Supplier<InstanceProgress> progress;

    ProgressEvents(Supplier<InstanceProgress> progress) {
        this.progress = progress;
    }

    @Override
    public void handleEvent(HistoryEvent event) {
        String instance = event.getProcessInstanceId();
        if (event instanceof HistoricActivityInstanceEventEntity activity) {
            if (event.isEventOfType(HistoryEventTypes.ACTIVITY_INSTANCE_START)) {
                progress.get().entered(instance, activity.getActivityId());
            }
        } else if (event instanceof HistoricProcessInstanceEventEntity ended) {
            if (event.isEventOfType(HistoryEventTypes.PROCESS_INSTANCE_END)
                && !HistoricProcessInstance.STATE_COMPLETED.equals(ended.getState())) {
                progress.get().deleted(instance);
            }
        } else if (event instanceof HistoricIncidentEventEntity incident) {
            if (event.isEventOfType(HistoryEventTypes.INCIDENT_CREATE)) {
                progress.get().stuck(instance, incident.getId(), incident.getIncidentMessage());
            } else if (event.isEventOfType(HistoryEventTypes.INCIDENT_RESOLVE) || event.isEventOfType(HistoryEventTypes.INCIDENT_DELETE)) {
                progress.get().freed(instance, incident.getId(), event.isEventOfType(HistoryEventTypes.INCIDENT_RESOLVE));
            }
        } else if (event instanceof HistoricVariableUpdateEventEntity variable && variable.getTextValue() != null
            && (event.isEventOfType(HistoryEventTypes.VARIABLE_INSTANCE_CREATE)
            || event.isEventOfType(HistoryEventTypes.VARIABLE_INSTANCE_UPDATE))) {
            progress.get().set(instance, variable.getVariableName(), variable.getTextValue());
        }
    }

    @Override
    public void handleEvents(List<HistoryEvent> events) {
        events.forEach(this::handleEvent);
    }
}
