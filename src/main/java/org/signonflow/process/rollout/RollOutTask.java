package org.signonflow.process.rollout;

import java.time.Duration;
import java.util.List;
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
 * Does something with each row of a roll-out, some at a time: the model comes back to it while there are {@code rowsLeft}. So there are never
 * more jobs than a few, and a row costs the same however long the list is. While enough rows are under way, its job waits.
 */
public abstract class RollOutTask implements JavaDelegate {

    private static final Duration WHILE_ROWS_MOVE = Duration.ofMillis(500);
    /** Then a row waits for a retry, or for a person. */
    private static final Duration WHILE_NONE_DOES = Duration.ofSeconds(5);

    private final RollOutAccess access;
    private final Stage stage;
    private final List<RowState> underWay;

    /** @param underWay the states of the rows that were sent on their way and have not arrived */
    RollOutTask(RollOutAccess access, Stage stage, RowState... underWay) {
        this.access = access;
        this.stage = stage;
        this.underWay = List.of(underWay);
    }

    @Override
    public final void execute(DelegateExecution execution) {
        String id = execution.getProcessInstanceId();
        if (rollOuts().enter(id, stage) | prepare(execution)) {
            // To be kept before anything is waited for: what a job did that has to wait is rolled back.
            execution.setVariable(ProcessVariables.ROWS_LEFT, true);
            return;
        }
        int most = access.rowsAtOnce().of(id);
        int moving = moving(id);
        List<Row> rows = moving > most / 2 ? List.of() : next(execution, most - moving);
        if (rows.isEmpty() && (moving > 0 || isAwaited(id))) {
            throw new Postponed(access.clock().instant().plus(moving > 0 ? WHILE_ROWS_MOVE : WHILE_NONE_DOES), status(id));
        }
        send(execution, rows);
        execution.setVariable(ProcessVariables.ROWS_LEFT, !rows.isEmpty());
        if (rows.isEmpty()) {
            finish(execution);
        }
    }

    /** What is done before anything else; says whether anything was. */
    boolean prepare(DelegateExecution execution) {
        return false;
    }

    /** The next rows to be sent on their way. */
    abstract List<Row> next(DelegateExecution execution, int most);

    /** Sends rows on their way. */
    abstract void send(DelegateExecution execution, List<Row> rows);

    /** How many rows are on their way; those that wait for a retry or a person are not. */
    final int moving(String id) {
        return rollOuts().underWay(id, underWay);
    }

    /** Whether rows are waited for, though none is moving: of those that are under way, such as a person has to look at too. */
    boolean isAwaited(String id) {
        return !rollOuts().next(id, underWay, 1).isEmpty();
    }

    /** Whether a row other than that of a shared policy is under way, moving or not. */
    final boolean isAnyApplicationUnderWay(String id) {
        return underWay.stream().anyMatch(state -> !rollOuts().rows(id, state, null, 0, 1).isEmpty());
    }

    /** What is done when all rows have arrived. */
    void finish(DelegateExecution execution) {
    }

    final RollOuts rollOuts() {
        return access.rollOuts();
    }

    final RuntimeService runtime() {
        return access.runtime();
    }

    /** Lets the row's instance go on where it waits for the message; false where it does not wait for it any more. */
    final boolean tell(Row row, String message) {
        // Asked first: an exception would spoil the transaction, though it were caught.
        EventSubscription waiting = row.instanceId() == null ? null : runtime().createEventSubscriptionQuery()
            .processInstanceId(row.instanceId()).eventType("message").eventName(message).singleResult();
        if (waiting == null) {
            return false;
        }
        runtime().messageEventReceived(message, waiting.getExecutionId());
        return true;
    }

    /** Undoes what the row has made. */
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
