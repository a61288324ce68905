package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.change.Changes;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.PlainText;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.request.CheckRequest;
import org.signonflow.process.request.Requester;
import org.signonflow.process.request.Undoable;
import org.signonflow.rollout.Found;
import org.signonflow.rollout.Request;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.springframework.stereotype.Component;

/**
 * Validates the request to undo completed rows of a roll-out, through whichever API it is started, and stores a row for each. A policy that
 * rows share goes along if no other row uses it.
 */
@Component
class CheckRollOutUndoRequest implements ExecutionListener {

    private static final List<Field> FIELDS = List.of(Field.required(ProcessVariables.ROLL_OUT, Field.uuid()),
        Field.optional(ProcessVariables.LINES, null, Lines::problem),
        Field.optional(ProcessVariables.KEEP, null, Field.oneOf(ProcessVariables.APPLICATION)),
        Field.optional(FlowVariables.REASON, null, Field.longText()));

    private final RollOuts rollOuts;
    private final Changes changes;
    private final Undoable undoable;
    private final Requester requester;

    CheckRollOutUndoRequest(RollOuts rollOuts, Changes changes, Undoable undoable, Requester requester) {
        this.rollOuts = rollOuts;
        this.changes = changes;
        this.undoable = undoable;
        this.requester = requester;
    }

    @Override
    public void notify(DelegateExecution execution) {
        List<String> problems = CheckRequest.problems(execution, Flow.UNDO_ROLL_OUT, FIELDS);
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        RollOut undone = rollOuts.find(text(execution, ProcessVariables.ROLL_OUT)).filter(rollOut -> undoable.isFor(rollOut.requestedBy())).orElseThrow(() ->
            refusal(ProcessVariables.ROLL_OUT,
                "there is no such roll-out, or you may not have it undone: only its requester and operators may."));
        List<Request> requests = requests(undone, text(execution, ProcessVariables.LINES));
        execution.setVariable(ProcessVariables.NOT_UNDONE, notUndone(undone.id(),
            Lines.of(text(execution, ProcessVariables.LINES)), requests));
        // What a form leaves blank was not given.
        FIELDS.forEach(field -> execution.setVariable(field.name(), text(execution, field.name())));
        int before = rollOuts.undoing(undone.id()).size();
        String name = PlainText.cut((before == 0 ? "Undo of " : "Undo %d of ".formatted(before + 1)) + undone.name(), Field.LONGEST_NAME);
        execution.setVariable(ProcessVariables.NAME, name);
        if (BusinessKey.isBlank(execution.getProcessBusinessKey())) {
            execution.setProcessBusinessKey(PlainText.cut(name, Field.LONGEST_KEY));
        }
        // It does not count among the open requests, whose number is limited for what they hold in PingOne: it frees that.
        rollOuts.add(execution.getProcessInstanceId(), name, requester.note(execution), text(execution, FlowVariables.REASON), undone.id(),
            requests);
    }

    private static InvalidInput refusal(String field, String problem) {
        return new InvalidInput(List.of("%s: %s".formatted(field, problem)));
    }

    private List<Request> requests(RollOut rollOut, String lines) {
        if (rollOut.undoes() != null) {
            throw refusal(ProcessVariables.ROLL_OUT, "is an undo itself. Request the changes anew instead.");
        }
        if (rollOut.endedAt() == null) {
            throw refusal(ProcessVariables.ROLL_OUT, "has not ended; only what is in effect can be undone. Roll it back instead.");
        }
        Lines chosen = Lines.of(lines);
        List<Integer> all = rollOuts.lines(rollOut.id(), null);
        if (!all.isEmpty() && !chosen.areWithin(all.get(0), all.get(all.size() - 1))) {
            throw refusal(ProcessVariables.LINES, "must name lines of the list, which are %d to %d.".formatted(all.get(0),
                all.get(all.size() - 1)));
        }
        Set<String> inEffect = new HashSet<>(changes.inEffect(rollOut.id()));
        Map<Boolean, List<Row>> rows = rollOuts.rows(rollOut.id(), RowState.COMPLETED, null, Integer.MIN_VALUE, Integer.MAX_VALUE).stream()
            .filter(row -> inEffect.contains(row.instanceId()))
            .collect(Collectors.partitioningBy(row -> lines == null || row.isSharedPolicy() || chosen.contains(row.line())));
        Set<String> stillUsed = rows.get(false).stream().map(CheckRollOutUndoRequest::environment).collect(Collectors.toSet());
        List<Row> goes = rows.get(true).stream().filter(row -> !row.isSharedPolicy() || !stillUsed.contains(environment(row))).toList();
        if (goes.isEmpty() || lines != null && goes.stream().allMatch(Row::isSharedPolicy)) {
            throw lines == null ? refusal(ProcessVariables.ROLL_OUT, "nothing of it is in effect, so there is nothing to undo.")
                : refusal(ProcessVariables.LINES, "none of these rows is in effect, so there is nothing to undo.");
        }
        Set<String> claimed = changes.beingUndone(rollOut.id());
        if (goes.stream().allMatch(row -> claimed.contains(row.instanceId()))) {
            throw refusal(lines == null ? ProcessVariables.ROLL_OUT : ProcessVariables.LINES, "all of it is being undone already.");
        }
        return goes.stream().map(row -> new Request(row.line(), request(row))).toList();
    }

    /** Which of the chosen lines are left as they are, and why; null if none is. */
    private String notUndone(String rollOut, Lines chosen, List<Request> undone) {
        Set<Integer> goes = undone.stream().map(Request::line).collect(Collectors.toSet());
        Set<Integer> completed = Set.copyOf(rollOuts.lines(rollOut, RowState.COMPLETED));
        Map<Boolean, List<Integer>> left = rollOuts.lines(rollOut, null).stream()
            .filter(line -> chosen.contains(line) && !goes.contains(line)).collect(Collectors.partitioningBy(completed::contains));
        String sentences = Stream.of(
                left.get(true).isEmpty() ? "" : "Left out, undone already: %s.".formatted(Review.named(left.get(true))),
                left.get(false).isEmpty() ? "" : "Left out, never took effect: %s.".formatted(Review.named(left.get(false))))
            .filter(sentence -> !sentence.isEmpty()).collect(Collectors.joining("\n"));
        return sentences.isEmpty() ? null : InWords.cut(sentences);
    }

    private static String environment(Row row) {
        return row.request().get(FlowVariables.ENVIRONMENT);
    }

    private static Map<String, String> request(Row row) {
        Map<String, String> request = new HashMap<>();
        Stream.of(FlowVariables.ENVIRONMENT, FlowVariables.APPLICATION_NAME, FlowVariables.APPLICATION_ID, FlowVariables.POLICY_NAME)
            .filter(row.request()::containsKey).forEach(name -> request.put(name, row.request().get(name)));
        Optional.ofNullable(row.found().get(Found.APPLICATION_NAME)).ifPresent(name -> request.put(FlowVariables.APPLICATION_NAME, name));
        request.put(FlowVariables.CHANGE, row.instanceId());
        return request;
    }
}
