package org.signonflow.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;

import java.util.List;
import java.util.Optional;

/** The process variables besides {@link FlowVariables}, and how variables are read. The names are API: people script against them. */
public final class ProcessVariables {

    public static final String REQUESTED_BY = "requestedBy";
    /** Who rolled it back; unset if nobody did, or if the whole roll-out it belongs to was rolled back. */
    public static final String ROLLED_BACK_BY = "rolledBackBy";
    /** The roll-out that the flow is part of; unset if it was started on its own. */
    public static final String ROLL_OUT = "rollOut";

    /** Digests of what was found in PingOne and shown to the approvers; all other parts are as requested. */
    public static final String SHOWN = "shown";
    /** When PingOne was last verified to match what was approved, as {@code 2026-01-31T12:00:00Z}. */
    public static final String LOOKED_AT = "lookedAt";
    /** Whether the requester chose the priority; only for existing applications. */
    public static final String PRIORITY_GIVEN = "priorityGiven";
    public static final String CHANGES = "changes";
    public static final String DECISION = "decision";
    public static final String COMMENT = "comment";
    public static final String OUTCOME = "outcome";
    public static final String REJECTION = "rejection";

    /** Variables of a roll-out besides the settings shared by its rows, which are named as in a flow. */
    public static final String LIST = "list";
    public static final String NAME = "name";
    public static final String PLAN = "plan";
    public static final String ROWS_LEFT = "rowsLeft";
    public static final String ROWS_READY = "rowsReady";
    public static final String ROWS_FAILED = "rowsFailed";
    public static final String FAILURES = "failures";
    /** A short summary of what takes effect with a roll-out. */
    public static final String SETTINGS = "settings";
    /** The roll-out's own id, for the link to its page. */
    public static final String ROLL_OUT_ID = "rollOutId";
    public static final String LEAVE_OUT = "leaveOut";
    /** Values of {@link #DECISION}; the second restarts the rows that failed and asks the approvers again. */
    public static final String APPROVE = "approve";
    public static final String RETRY = "retry";
    /** The row's line in the list. */
    public static final String LINE = "line";

    /** Of the undo of a roll-out: the lines to undo; unset for all. */
    public static final String LINES = "lines";
    /** Of the undo of a roll-out: the chosen lines that it does not undo, and why; one sentence per line. */
    public static final String NOT_UNDONE = "notUndone";
    /** Of the undo of a roll-out: the shared policies that it is ready to delete, one per line. */
    public static final String POLICIES = "policies";
    /** Of an undo: {@code application} to keep the application; unset to delete it if the change created it. */
    public static final String KEEP = "keep";
    /** The value of {@link #KEEP}. */
    public static final String APPLICATION = "application";
    /** Of an undo: what will be deleted in PingOne, and what will not and why; one per line. */
    public static final String GOES = "goes";
    public static final String STAYS = "stays";
    /** Of an undo: whether the policy and the application are among what will be deleted. */
    public static final String DELETES_POLICY = "deletesPolicy";
    public static final String DELETES_APPLICATION = "deletesApplication";

    /** Of an undo: whether it unassigns the policy at once, and has the rest approved; unset otherwise. */
    public static final String URGENT = "urgent";
    /** Of an undo: whether that comes next. */
    public static final String UNASSIGNS_AT_ONCE = "unassignsAtOnce";
    /** Of an undo: when it had unassigned the policy at once, as people read it; unset unless it did. */
    public static final String UNASSIGNED_AT = "unassignedAt";

    private ProcessVariables() {
    }

    /** Whether the instance undoes a change and unassigns its policy before that is approved. */
    public static boolean isUrgent(VariableScope instance) {
        return instance.hasVariable(URGENT);
    }

    /** Whether the instance undoes a completed change. */
    public static boolean isUndo(DelegateExecution execution) {
        return isUndo(execution.getProcessDefinitionId());
    }

    /** Whether instances of the model undo a completed change. */
    public static boolean isUndo(String processDefinitionId) {
        // Begins with the process's key. The variable could be set for any instance.
        return processDefinitionId.startsWith(Flow.UNDO + ":");
    }

    /** The change whose objects an instance deals with: that which it undoes, or itself. */
    public static String changeOf(DelegateExecution execution) {
        return isUndo(execution) ? text(execution, FlowVariables.CHANGE) : execution.getProcessInstanceId();
    }

    /** Whether the instance is a row of a roll-out. */
    public static boolean isRow(VariableScope instance) {
        return instance.hasVariable(LINE);
    }

    /** The variable's text, or null if it is unset or blank. */
    public static String text(VariableScope scope, String name) {
        return Optional.ofNullable(scope.getVariable(name)).map(Object::toString).filter(text -> !text.isBlank()).orElse(null);
    }

    public static List<String> list(VariableScope scope, String name) {
        return FlowVariables.split(text(scope, name));
    }

    public static int number(VariableScope scope, String name) {
        return Integer.parseInt(text(scope, name));
    }
}
