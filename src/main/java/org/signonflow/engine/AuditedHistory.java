package org.signonflow.engine;

import org.camunda.bpm.engine.impl.history.HistoryLevelFull;
import org.camunda.bpm.engine.impl.history.event.HistoricVariableUpdateEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEventType;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;

import java.util.Set;

/**
 * The history level {@code audited}: {@code full} without a row for each job that was created, succeeded or was deleted, and for each value
 * that a variable ever had. Of the latter it keeps what people were shown and how they responded.
 */
final class AuditedHistory extends HistoryLevelFull {

    private static final Set<HistoryEventType> UNREAD = Set.of(HistoryEventTypes.JOB_CREATE, HistoryEventTypes.JOB_SUCCESS,
        HistoryEventTypes.JOB_DELETE);
    private static final Set<String> SHOWN_OR_SAID = Set.of("changes", "decision", "comment");

    @Override
    public String getName() {
        return "audited";
    }

    @Override
    public boolean isHistoryEventProduced(HistoryEventType type, Object entity) {
        if (type == HistoryEventTypes.VARIABLE_INSTANCE_UPDATE_DETAIL && entity instanceof HistoricVariableUpdateEventEntity update) {
            return SHOWN_OR_SAID.contains(update.getVariableName()) && update.getTextValue() != null;
        }
        return !UNREAD.contains(type);
    }
}
