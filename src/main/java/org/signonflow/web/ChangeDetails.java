package org.signonflow.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Timeline;
import org.signonflow.change.TimelineEvent;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.ReviewedRow;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Settings;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
    private final Review review;

    ChangeDetails(EngineHistory history, Timeline timeline, FlowFields fields, RollOuts rollOuts, Review review) {
        this.history = history;
        this.timeline = timeline;
        this.fields = fields;
        this.rollOuts = rollOuts;
        this.review = review;
    }

    /**
     * @param request      what was requested, by the names of the flow's variables
     * @param signOnNow    how the application's users signed on when it was requested; null if nobody did, or it is not known
     * @param signOnAfter  how they sign on once it is in effect; null if by its policy alone
     * @param secondLook   what deserves a second look
     * @param ids          the ids in PingOne, by the name of the variable
     * @param undoes       the change that it undoes; null if it does something else
     * @param goes         what an undo deletes in PingOne
     * @param stays        what an undo leaves, and why
     * @param timeline     what has happened, earliest first
     * @param toCreate     what a row that has not begun is to create, in words; null for a change
     * @param toTake       what it is to take that exists by then, likewise
     */
    public record Details(Change change, Map<String, String> request, String signOnNow, String signOnAfter, List<String> secondLook,
                   Map<String, String> ids, String undoes, List<String> goes, List<String> stays, List<TimelineEvent> timeline,
                   @JsonInclude(JsonInclude.Include.NON_NULL) List<String> toCreate,
                   @JsonInclude(JsonInclude.Include.NON_NULL) List<String> toTake) {
    }

    private static List<String> lines(String text) {
        return text == null ? List.of() : text.lines().toList();
    }

    /** A row's events with those of its roll-out, which is decided on and rolled back for all of its rows. */
    private static List<TimelineEvent> with(RollOut rollOut, List<TimelineEvent> events) {
        List<TimelineEvent> all = new ArrayList<>(events);
        Instant rolledBack = rollOut.rolledBackAt();
        if (rolledBack != null
                && events.stream().noneMatch(event -> GONE.contains(event.type()) && event.at().isBefore(rolledBack))) {
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
        ReviewedRow row = rollOut == null || recorded.line() == null ? null : review.row(rollOut.id(), recorded.line()).orElse(null);
        Map<String, String> variables = new HashMap<>(history.variables(change.id()));
        if (row != null) {
            // What rows have in common, such as a policy, is with those who have it, and what was found is with the roll-out.
            row.row().request().forEach(variables::putIfAbsent);
            row.row().found().forEach(variables::putIfAbsent);
        }
        Map<String, String> ids = new LinkedHashMap<>();
        IDS.stream().filter(variables::containsKey).forEach(id -> ids.put(id, variables.get(id)));
        timeline.assignedAgain(change).ifPresent(id -> ids.put(FlowVariables.ASSIGNMENT_ID, id));
        List<TimelineEvent> events = timeline.of(change, variables);
        return new Details(change, requested(change, variables), variables.get(FlowVariables.SIGN_ON_NOW),
            variables.get(FlowVariables.SIGN_ON_AFTER),
            row == null ? lines(variables.get(FlowVariables.SECOND_LOOK)) : row.secondLook(), ids, variables.get(FlowVariables.CHANGE),
            lines(variables.get(ProcessVariables.GOES)), lines(variables.get(ProcessVariables.STAYS)),
            rollOut == null ? events : with(rollOut, events), null, null);
    }

    /** A row with the decision on its roll-out; itself if there is none. */
    static Change decided(Change row, RollOut rollOut) {
        return rollOut == null || rollOut.decision() == null ? row
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

    /** A row that has not begun, as the change that it would be. */
    Details ofRow(RollOut rollOut, ReviewedRow reviewed) {
        Row row = reviewed.row();
        Map<String, String> values = row.request();
        boolean isNew = values.containsKey(FlowVariables.APPLICATION_NAME);
        boolean leftOut = row.state() == RowState.LEFT_OUT;
        // Why all of the roll-out was refused, unless something is said of the row.
        String rejection = row.problem() != null || !leftOut ? null : history.variables(rollOut.id()).get(ProcessVariables.REJECTION);
        ChangeState state = !leftOut ? ChangeState.PENDING : rejection == null ? ChangeState.LEFT_OUT : ChangeState.REJECTED;
        Change change = decided(new Change(null, rollOut.undoes() != null ? Flow.UNDO
            : row.isSharedPolicy() ? Flow.ROW : Flow.ofRow(isNew).key(),
            values.get(FlowVariables.ENVIRONMENT),
            values.getOrDefault(FlowVariables.APPLICATION_NAME, row.found().get(Found.APPLICATION_NAME)),
            values.get(FlowVariables.APPLICATION_ID), values.get(FlowVariables.POLICY_NAME), rollOut.requestedBy(), rollOut.requestedAt(),
            rollOut.reason(), rollOut.id(), row.line(), state, row.changedAt(), leftOut ? row.changedAt() : null, null, null,
            rejection == null ? row.problem() : rejection, null, null, null, null, null, null, null), rollOut);
        List<TimelineEvent> events = new ArrayList<>(List.of(TimelineEvent.of(rollOut.requestedAt(), TimelineEvent.Type.REQUESTED, null,
            rollOut.requestedBy(), rollOut.reason())));
        if (leftOut) {
            events.add(TimelineEvent.of(row.changedAt(), TimelineEvent.Type.ENDED, null, null, state.name()));
        }
        return new Details(change, requested(change, values), row.found().get(Found.SIGN_ON_NOW), row.found().get(Found.SIGN_ON_AFTER),
            reviewed.secondLook(), Map.of(), values.get(FlowVariables.CHANGE), List.of(), List.of(), with(rollOut, events),
            rollOut.undoes() != null ? List.of() : toCreate(row, isNew), rollOut.undoes() != null ? List.of() : toTake(row, isNew));
    }

    private static List<String> toCreate(Row row, boolean isNew) {
        List<String> ids = new ArrayList<>();
        if (isNew && !row.isSharedPolicy()) {
            ids.addAll(List.of(FlowVariables.APPLICATION_ID, FlowVariables.GRANT_ID));
        }
        if (row.isSharedPolicy() || Settings.OWN.equals(row.request().get(FlowVariables.POLICY))) {
            ids.addAll(List.of(FlowVariables.POLICY_ID, FlowVariables.ACTION_ID));
        }
        if (!row.isSharedPolicy()) {
            ids.add(FlowVariables.ASSIGNMENT_ID);
        }
        return ids.stream().map(Words.OBJECTS::get).toList();
    }

    private static List<String> toTake(Row row, boolean isNew) {
        List<String> words = new ArrayList<>();
        if (!row.isSharedPolicy() && !isNew) {
            words.add("the existing application");
        }
        if (!row.isSharedPolicy() && !Settings.OWN.equals(row.request().get(FlowVariables.POLICY))) {
            words.add(Settings.SHARED.equals(row.request().get(FlowVariables.POLICY)) ? "the sign-on policy that the roll-out's rows share"
                : "the existing sign-on policy");
        }
        return words;
    }
}
