package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.springframework.stereotype.Component;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a change's page and the API say about one change. */
@Component
public class ChangeDetails {

    private static final List<String> IDS = List.of(FlowVariables.APPLICATION_ID, FlowVariables.GRANT_ID, FlowVariables.POLICY_ID,
        FlowVariables.ACTION_ID, FlowVariables.ASSIGNMENT_ID);

    private final EngineHistory history;
    private final Timeline timeline;
    private final FlowFields fields;

    ChangeDetails(EngineHistory history, Timeline timeline, FlowFields fields) {
        this.history = history;
        this.timeline = timeline;
        this.fields = fields;
    }

    /**
     * @param request      what was requested, by the names of the flow's variables
     * @param signOnNow    how the application's users signed on when it was requested; null if nobody did, or it is not known
     * @param signOnAfter  how they sign on once it is in effect; null if by its policy alone
     * @param secondLook   what deserves a second look
     * @param ids          the ids in PingOne, by the name of the variable
     * @param timeline     what has happened, earliest first
     */
    public record Details(Change change, Map<String, String> request, String signOnNow, String signOnAfter, List<String> secondLook,
                   Map<String, String> ids, List<TimelineEvent> timeline) {
    }

    Details of(Change change) {
        Map<String, String> variables = history.variables(change.id());
        Map<String, String> request = new LinkedHashMap<>();
        Stream.of(Flow.values()).filter(flow -> flow.key().equals(change.flow()) || change.flow().equals(Flow.ROW))
            .flatMap(flow -> fields.of(flow).stream()).forEach(field -> {
                if (variables.containsKey(field.name())) {
                    request.put(field.name(), variables.get(field.name()));
                }
            });
        Map<String, String> ids = new LinkedHashMap<>();
        IDS.stream().filter(variables::containsKey).forEach(id -> ids.put(id, variables.get(id)));
        String marks = variables.get(FlowVariables.SECOND_LOOK);
        return new Details(change, request, variables.get(FlowVariables.SIGN_ON_NOW), variables.get(FlowVariables.SIGN_ON_AFTER),
            marks == null ? List.of() : marks.lines().toList(), ids, timeline.of(change));
    }
}
