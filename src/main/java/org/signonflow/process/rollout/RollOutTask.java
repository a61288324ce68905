package org.signonflow.process.rollout;

import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.runtime.EventSubscription;
import org.signonflow.process.Postponed;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Row;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Stage;

/**
 * Processes the rows of a roll-out in batches: the model loops back to it while there are {@code rowsLeft}. So there are never more than a
 * few jobs, and the cost per row does not grow with the list. While enough rows are in progress, its job waits.
 */
public abstract class RollOutTask implements JavaDelegate {

    private static final Duration POLL_WHILE_MOVING = Duration.ofMillis(500);
    /** None moves while rows wait for a retry or a person. */
    private static final Duration POLL_WHILE_STUCK = Duration.ofSeconds(5);

    private final RollOutAccess access;
    private final Stage stage;
    private final List<RowState> underWay;

    /** @param underWay the states of the rows that are in progress */
    RollOutTask(RollOutAccess access, Stage stage, RowState... underWay) {
        this.access = access;
        this.stage = stage;
        this.underWay = List.of(underWay);
    }

    @Override
    public final void execute(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        if (rollOuts().enter(id, stage) | prepare(execution)) {
            // Must be committed before waiting: the changes of a postponed job are rolled back.
            execution.setVariable(ProcessVariables.ROWS_LEFT, true);
            return;
        }
        int most = access.rowsAtOnce().of(id);
        int moving = moving(id);
        List<Row> rows = moving > most / 2 ? List.of() : next(execution, most - moving);
        if (rows.isEmpty() && (moving > 0 || isAwaited(id))) {
            throw new Postponed(access.clock().instant().plus(moving > 0 ? POLL_WHILE_MOVING : POLL_WHILE_STUCK), status(id));
        }
        send(execution, rows);
        execution.setVariable(ProcessVariables.ROWS_LEFT, !rows.isEmpty());
        if (rows.isEmpty()) {
            finish(execution);
        }
    }

    /** Runs before anything else; returns whether it did anything. */
    boolean prepare(DelegateExecution execution) {
        return false;
    }

    /** The next rows to send on their way. */
    abstract List<Row> next(DelegateExecution execution, int most);

    /** Sends rows on their way. */
    abstract void send(DelegateExecution execution, List<Row> rows);

    /** How many rows are moving, which excludes those that wait for a retry or a person. */
    final int moving(String id) {
        return rollOuts().underWay(id, underWay);
    }

    /** Whether to wait although no row is moving: for any row in progress, including those that need a person. */
    boolean isAwaited(String id) {
        return !rollOuts().next(id, underWay, 1).isEmpty();
    }

    /** Whether any row other than that of a shared policy is in progress, moving or not. */
    private boolean isAnyApplicationUnderWay(String id) {
        return underWay.stream().anyMatch(state -> !rollOuts().rows(id, state, null, 0, 1).isEmpty());
    }

    /** Runs when all rows have arrived. */
    void finish(DelegateExecution execution) {
    }

    final RollOuts rollOuts() {
        return access.rollOuts();
    }

    final RuntimeService runtime() {
        return access.runtime();
    }

    /** Sends the message to the row's instance; false if the instance is not waiting for it any more. */
    final boolean tell(Row row, String message) {
        // Checked first: an exception would mark the transaction for rollback even if it were caught.
        EventSubscription waiting = row.instanceId() == null ? null : runtime().createEventSubscriptionQuery()
            .processInstanceId(row.instanceId()).eventType("message").eventName(message).singleResult();
        if (waiting == null) {
            return false;
        }
        runtime().messageEventReceived(message, waiting.getExecutionId());
        return true;
    }

    /**
     * The next rows, but a shared policy only when no application is left: one about to be assigned it would be refused, and one whose undo
     * is stuck still has it.
     *
     * @param next returns the next rows of all, up to a number
     */
    final List<Row> sharedPoliciesLast(String id, int most, IntFunction<List<Row>> next) {
        List<Row> rows = next.apply(most + rollOuts().sharedPolicies(id).size());
        List<Row> applications = rows.stream().filter(row -> !row.isSharedPolicy()).limit(most).toList();
        return applications.isEmpty() && !isAnyApplicationUnderWay(id) ? rows.stream().limit(most).toList() : applications;
    }

    /** Lets those rows go on that were shown to the approver, have not changed since and are not left out; takes back the others. */
    final void sendApproved(List<Row> rows, Lines leftOut) {
        for (Row row : rows) {
            if (row.state() == RowState.READY && row.isAsShown() && !leftOut.contains(row.line()) && tell(row, "RollOutApproved")) {
                rollOuts().move(row, RowState.ASSIGNING);
            } else {
                undo(row);
            }
        }
    }

    /** Undoes what the row created. */
    final void undo(Row row) {
        tell(row, "RollBack");
        rollOuts().move(row, RowState.UNDOING);
    }

    private String status(String id) {
        var progress = rollOuts().progress(id);
        return underWay.stream().map(state -> "%d %s".formatted(progress.in(state), state.name().toLowerCase()))
            .collect(Collectors.joining(", ", "", " of %,d rows.".formatted(progress.rows())));
    }
}
