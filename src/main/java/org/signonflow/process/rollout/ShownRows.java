package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.approval.DecisionForm;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.springframework.stereotype.Component;

/**
 * Binds the decision on a roll-out to the rows that were shown when it was made: it does not cover others, for which the approvers are
 * asked again.
 */
@Component
class ShownRows implements DecisionForm {

    private static final int MOST_LINES = 20;

    private static final Field DECISION = Field.required(ProcessVariables.DECISION,
        Field.oneOf(ProcessVariables.APPROVE, "decline", ProcessVariables.RETRY));
    private static final Field LEAVE_OUT = Field.optional(ProcessVariables.LEAVE_OUT, null, Lines::problem);

    private final RollOuts rollOuts;

    ShownRows(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    @Override
    public String taskDefinitionKey() {
        return "Task_ApproveRollOut";
    }

    @Override
    public Field decision() {
        return DECISION;
    }

    @Override
    public Field leaveOut() {
        return LEAVE_OUT;
    }

    /** Records the rows that are ready now as shown. Returns what has changed since the rows were last shown; null if nothing has. */
    String show(String rollOutId) {
        String changes = changes(rollOutId);
        rollOuts.show(rollOutId);
        return changes;
    }

    /**
     * Processes a decision. If rows are not as they were shown, an approval becomes another question to the approvers, by way of {@link
     * ProcessVariables#RETRY}, so that it also works in the older models of roll-outs that are already waiting.
     */
    @Override
    public void decided(DelegateTask task, String by) {
        String id = task.getProcessInstanceId();
        rollOuts.wasShown(id, task.getCreateTime().toInstant());
        String decision = ProcessVariables.text(task, ProcessVariables.DECISION);
        checkLeftOut(id, decision, Lines.of(ProcessVariables.text(task, ProcessVariables.LEAVE_OUT)));
        if (ProcessVariables.RETRY.equals(decision) && rollOuts.lines(id, RowState.READY).size() == rollOuts.lines(id, null).size()) {
            throw new InvalidInput(List.of("decision: nothing has failed, so there is nothing to retry. Approve or decline."));
        }
        String changes = ProcessVariables.APPROVE.equals(decision) ? changes(id) : null;
        if (ProcessVariables.APPROVE.equals(decision) && changes == null && !isAnyReady(task)) {
            throw new InvalidInput(
                List.of("decision: no line is ready, so there is nothing to approve. Retry what has failed, or decline."));
        }
        // Distinguishes the question from a decision to retry failed rows.
        task.setVariable(ProcessVariables.CHANGES, changes);
        if (changes != null) {
            task.setVariable(ProcessVariables.DECISION, ProcessVariables.RETRY);
        } else if (!ProcessVariables.RETRY.equals(decision)) {
            rollOuts.decided(id, decision, by, comment(task));
        }
    }

    /** A policy that rows share is undone by itself if none of them is left; it takes effect only with them. */
    private boolean isAnyReady(DelegateTask task) {
        String id = task.getProcessInstanceId();
        return task.getProcessDefinitionId().startsWith(Flow.UNDO_ROLL_OUT + ":")
            ? !rollOuts.next(id, List.of(RowState.READY), 1).isEmpty() : !rollOuts.lines(id, RowState.READY).isEmpty();
    }

    /** With a mistyped line, what was to be left out would take effect. */
    private void checkLeftOut(String id, String decision, Lines leftOut) {
        if (leftOut.ranges().isEmpty()) {
            return;
        }
        if ("decline".equals(decision)) {
            throw new InvalidInput(List.of("leaveOut: is not allowed with decline, after which nothing takes effect."));
        }
        if (ProcessVariables.RETRY.equals(decision)) {
            throw new InvalidInput(List.of("leaveOut: is not allowed with retry, after which you are asked again."));
        }
        List<Integer> lines = rollOuts.lines(id, null);
        if (lines.isEmpty()) {
            throw new InvalidInput(List.of("leaveOut: is not allowed here, since there are no lines but only shared policies."));
        }
        int first = lines.get(0);
        int last = lines.get(lines.size() - 1);
        if (!leftOut.areWithin(first, last)) {
            throw new InvalidInput(List.of("leaveOut: must name lines of the list, which are %d to %d.".formatted(first, last)));
        }
        List<Integer> ready = rollOuts.lines(id, RowState.READY);
        if (!ready.isEmpty() && ready.stream().allMatch(leftOut::contains)) {
            throw new InvalidInput(List.of("leaveOut: leaves nothing to approve. Decline instead."));
        }
    }

    private static String comment(DelegateTask task) {
        String comment = ProcessVariables.text(task, ProcessVariables.COMMENT);
        String leftOut = ProcessVariables.text(task, ProcessVariables.LEAVE_OUT);
        return leftOut == null ? comment : "%sLeft out: %s".formatted(comment == null ? "" : comment + "\n", leftOut);
    }

    private String changes(String rollOutId) {
        List<Row> changed = rollOuts.changedSinceShown(rollOutId, MOST_LINES + 1);
        if (changed.isEmpty()) {
            return null;
        }
        return changed.stream().limit(MOST_LINES).map(ShownRows::sentence).collect(Collectors.joining("\n"))
            + (changed.size() > MOST_LINES ? "\nAnd more." : "");
    }

    private static String sentence(Row row) {
        String which = row.isSharedPolicy() ? "The shared policy in " + row.request().get(FlowVariables.ENVIRONMENT)
            : "Line " + row.line();
        return which + (row.state() != RowState.READY ? " was ready and no longer is."
            : row.shown() != null ? " has different data than before." : " is ready now but was not before.");
    }
}
