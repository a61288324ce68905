package org.signonflow.change;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a list of changes can be narrowed down to: a {@link ChangeState}, or several of them. */
public enum Standing {

    CREATING, WAITING_FOR_APPROVAL, ASSIGNING, ASSIGNED, UNDOING, COMPLETED, DECLINED, REJECTED, ROLLED_BACK, CANCELLED,
    /** It had completed, and was undone by another. */
    UNDONE("undone_at is not null"),
    /** A step has failed for good. */
    STUCK("incident_id is not null"),
    /** Has not ended. */
    UNDER_WAY(in(false)),
    ENDED(in(true));

    private final String condition;

    Standing() {
        condition = "state = '" + name() + "'";
    }

    Standing(String condition) {
        this.condition = condition;
    }

    private static String in(boolean ended) {
        return Stream.of(ChangeState.values()).filter(state -> state.hasBegun() && state.hasEnded() == ended)
            .map(state -> "'" + state + "'").collect(Collectors.joining(", ", "state in (", ")"));
    }

    /** The condition in SQL. */
    String condition() {
        return condition;
    }
}
