package org.signonflow.rollout;

/** The state of a row. Its objects take effect with {@link #ASSIGNED}. */
public enum RowState {

    /** Nothing was sent to PingOne. */
    PENDING,
    CREATING,
    /** Everything has been created, nothing has taken effect. */
    READY,
    ASSIGNING,
    /** In effect; can still be undone with the roll-out. */
    ASSIGNED,
    UNDOING,
    COMPLETED,
    /** PingOne refused a call; nothing is left. */
    REJECTED,
    /** Undone; nothing is left. */
    ROLLED_BACK,
    /** Was never started. */
    LEFT_OUT;

    /** Whether nothing more will happen. */
    public boolean hasEnded() {
        return compareTo(COMPLETED) >= 0;
    }
}
