package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a change's page and the API say about one change. */
@Component
public class ChangeDetails {

    private static final List<String> IDS = List.of(FlowVariables.APPLICATION_ID, FlowVariables.GRANT_ID, FlowVariables.POLICY_ID,
        FlowVariables.ACTION_ID, FlowVariables.ASSIGNMENT_ID);

    private static final Set<TimelineEvent.Type> GONE = Set.of(TimelineEvent.Type.ROLL_BACK, TimelineEvent.Type.ENDED);

    private final EngineHistory history;
    private final Timeline timeline;
    private final FlowFields fields;
    private final RollOuts rollOuts;

    ChangeDetails(EngineHistory history, Timeline timeline, FlowFields fields, RollOuts rollOuts) {
        this.history = history;
        this.timeline = timeline;
        this.fields = fields;
        this.rollOuts = rollOuts;
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

    /** A row's events with those of its roll-out, which is decided on and rolled back for all of its rows. */
    private static List<TimelineEvent> with(RollOut rollOut, List<TimelineEvent> events) {
        List<TimelineEvent> all = new ArrayList<>(events);
        Instant rolledBack = rollOut.rolledBackAt();
        if (rolledBack != null && events.stream().noneMatch(event -> GONE.contains(event.type()) && event.at().isBefore(rolledBack))) {
            all.removeIf(event -> event.type() == TimelineEvent.Type.ROLL_BACK && event.by() == null);
            all.add(TimelineEvent.of(rolledBack, TimelineEvent.Type.ROLL_BACK, null, rollOut.rolledBackBy(), "All of the roll-out."));
        }
        if (rollOut.decision() != null) {
            all.add(decision(rollOut));
        }
        all.sort(Comparator.comparing(TimelineEvent::at));
        return all;
    }

    private static TimelineEvent decision(RollOut rollOut) {
        TimelineEvent.Type type = switch (rollOut.decision()) {
            case "approve" -> TimelineEvent.Type.APPROVED;
            case "decline" -> TimelineEvent.Type.DECLINED;
            default -> TimelineEvent.Type.EXPIRED;
        };
        return TimelineEvent.of(rollOut.decidedAt(), type, null, rollOut.decidedBy(), rollOut.comment());
    }

    Details of(Change recorded) {
        // A row is decided with its roll-out.
        RollOut rollOut = Optional.ofNullable(recorded.rollOut()).flatMap(rollOuts::find).orElse(null);
        Change change = rollOut == null ? recorded : decided(recorded, rollOut);
        Map<String, String> variables = history.variables(change.id());
        Map<String, String> ids = new LinkedHashMap<>();
        IDS.stream().filter(variables::containsKey).forEach(id -> ids.put(id, variables.get(id)));
        String marks = variables.get(FlowVariables.SECOND_LOOK);
        List<TimelineEvent> events = timeline.of(change, variables);
        return new Details(change, requested(change, variables), variables.get(FlowVariables.SIGN_ON_NOW), variables.get(FlowVariables.SIGN_ON_AFTER),
            marks == null ? List.of() : marks.lines().toList(), ids,
            rollOut == null ? events : with(rollOut, events));
    }

    private static Change decided(Change row, RollOut rollOut) {
        return rollOut.decision() == null ? row
            : row.decided(rollOut.decision(), rollOut.decidedBy(), rollOut.decidedAt(), rollOut.comment());
    }

    /** Of these values those of the change's fields. */
    private Map<String, String> requested(Change change, Map<String, String> values) {
        Map<String, String> request = new LinkedHashMap<>();
        Stream.of(Flow.values()).filter(flow -> flow.key().equals(change.flow()) || change.flow().equals(Flow.ROW))
            .flatMap(flow -> fields.of(flow).stream()).map(Field::name).filter(values::containsKey)
            .forEach(name -> request.put(name, values.get(name)));
        return request;
    }
}
