package org.signonflow.process.rollout;

import static org.signonflow.process.ProcessVariables.text;

import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.Progress;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;
import org.signonflow.rollout.Trouble;
import org.springframework.stereotype.Component;

/**
 * Starts the rows and shows them to the approvers once they are ready. Nothing takes effect yet. Rows that failed, or that PingOne refused,
 * do not hold up the others; they are restarted when the approvers say so.
 */
abstract class PrepareAll extends RollOutTask {

    private static final int SHOWN_FAILURES = 20;
    private static final int LONGEST_FAILURE = 150;

    private final Shown shown;

    /** What it takes to show rows, and to restart them. */
    @Component
    record Shown(ManagementService management, ShownRows rows, Review review) {
    }

    PrepareAll(RollOutAccess access, Shown shown) {
        super(access, Stage.CREATING, RowState.CREATING);
        this.shown = shown;
    }

    @Override
    final boolean prepare(DelegateExecution execution) {
        if (!ProcessVariables.RETRY.equals(text(execution, ProcessVariables.DECISION))) {
            return false;
        }
        boolean tryAgain = text(execution, ProcessVariables.CHANGES) == null;
        // The next decision starts with an empty form.
        List.of(ProcessVariables.DECISION, ProcessVariables.COMMENT, ProcessVariables.LEAVE_OUT)
            .forEach(field -> execution.setVariable(field, null));
        String id = execution.getProcessInstanceId();
        if (tryAgain) {
            rollOuts().rows(id, null, Trouble.FAILED, Integer.MIN_VALUE, Integer.MAX_VALUE).forEach(this::retry);
            rollOuts().beginAgain(id);
        }
        return true;
    }

    private void retry(Row row) {
        for (Job stuck : shown.management().createJobQuery().processInstanceId(row.instanceId()).noRetriesLeft().list()) {
            shown.management().setJobRetries(stuck.getId(), 1);
        }
        rollOuts().move(row, row.state());
    }

    /** Failed rows are for the approvers to decide on. */
    @Override
    final boolean isAwaited(String id) {
        return rollOuts().unsettled(id, RowState.CREATING) > 0;
    }

    @Override
    final void finish(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        Progress progress = rollOuts().progress(id);
        int ready = progress.in(RowState.READY);
        execution.setVariable(ProcessVariables.ROWS_READY, ready);
        execution.setVariable(ProcessVariables.ROWS_FAILED, progress.rows() - ready);
        execution.setVariable(ProcessVariables.FAILURES, rollOuts().troubled(id, SHOWN_FAILURES).stream()
            .map(row -> cut("Line %d: %s".formatted(row.line(), row.problem()))).collect(Collectors.joining("\n")));
        Review.Summary summary = shown.review().summary(id);
        execution.setVariable(ProcessVariables.ROLL_OUT_ID, id);
        execution.setVariable(ProcessVariables.SETTINGS, summary.settings());
        execution.setVariable(FlowVariables.SECOND_LOOK, summary.secondLook());
        execution.setVariable(ProcessVariables.POLICIES, rollOuts().find(id).filter(rollOut -> rollOut.undoes() != null)
            .map(shown.review()::policiesToDelete).orElse(null));
        execution.setVariable(ProcessVariables.CHANGES, shown.rows().show(id));
        rollOuts().enter(id, Stage.WAITING_FOR_APPROVAL);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "...";
    }
}
