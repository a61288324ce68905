package org.signonflow.process;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.FlowVariables;

import java.util.List;
import java.util.Optional;

/** What processes have besides {@link FlowVariables}, and how variables are read. Names stay: people script against them. */
public final class ProcessVariables {

    public static final String REQUESTED_BY = "requestedBy";
    /** Who rolled it back; unset where nobody did, or the whole roll-out that it is a row of was. */
    public static final String ROLLED_BACK_BY = "rolledBackBy";
    /** The roll-out that the flow is a part of; unset where somebody started it by itself. */
    public static final String ROLL_OUT = "rollOut";

    /** Digests of what was found in PingOne and is shown to the approvers; the other parts are as they were requested. */
    public static final String SHOWN = "shown";
    /** When PingOne was last seen to have what was approved, as {@code 2026-01-31T12:00:00Z}. */
    public static final String LOOKED_AT = "lookedAt";
    /** Whether the priority was given by who asked; only where the application was there before. */
    public static final String PRIORITY_GIVEN = "priorityGiven";
    public static final String CHANGES = "changes";
    public static final String DECISION = "decision";
    public static final String COMMENT = "comment";
    public static final String OUTCOME = "outcome";
    public static final String REJECTION = "rejection";

    /** Those of a roll-out beside the settings that its rows share, which are named as in a flow. */
    public static final String LIST = "list";
    public static final String NAME = "name";
    public static final String PLAN = "plan";
    public static final String ROWS_LEFT = "rowsLeft";
    public static final String ROWS_READY = "rowsReady";
    public static final String ROWS_FAILED = "rowsFailed";
    public static final String FAILURES = "failures";
    /** What takes effect with a roll-out, in a few lines. */
    public static final String SETTINGS = "settings";
    /** The roll-out's own id, for the link to its page. */
    public static final String ROLL_OUT_ID = "rollOutId";
    public static final String LEAVE_OUT = "leaveOut";
    /** Values of {@link #DECISION}; by the second, rows that have failed are begun once more, and who decides is asked again. */
    public static final String APPROVE = "approve";
    public static final String RETRY = "retry";
    /** Where it stands on the list. */
    public static final String LINE = "line";

    private ProcessVariables() {
    }

    /** Whether the instance is a row of a roll-out. */
    public static boolean isRow(VariableScope instance) {
        return instance.hasVariable(LINE);
    }

    /** The variable's text, or null where it is unset or blank. */
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
