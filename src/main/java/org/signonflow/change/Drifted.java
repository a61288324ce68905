package org.signonflow.change;

/** What a list of changes can be narrowed down to by their last check. Changes that are not in effect any more are left out. */
public enum Drifted {

    CHANGED, WEAKENED, GONE,
    /** Any of these. */
    DRIFTED("drift in ('CHANGED', 'WEAKENED', 'GONE')"),
    /** As it was created, unless a check has failed since. */
    UNCHANGED("drift = 'UNCHANGED' and not " + Checks.DIFFERS + " and check_failed_at is null"),
    /** It differs in a way that a person has accepted. */
    ACCEPTED("drift = 'UNCHANGED' and " + Checks.DIFFERS),
    /** The last check could not be completed. */
    FAILED("check_failed_at is not null"),
    UNCHECKED("state = 'COMPLETED' and flow <> '" + Flow.UNDO + "' and checked_at is null and check_failed_at is null");

    private final String condition;

    Drifted() {
        condition = "drift = '" + name() + "'";
    }

    Drifted(String condition) {
        this.condition = condition;
    }

    /** The condition in SQL. */
    String condition() {
        return condition + " and undone_at is null";
    }
}
