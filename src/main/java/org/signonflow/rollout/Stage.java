package org.signonflow.rollout;

/** The stage of a roll-out. */
public enum Stage {

    CHECKING, CREATING, WAITING_FOR_APPROVAL, ASSIGNING, UNDOING, COMPLETED, DECLINED, REJECTED, ROLLED_BACK;

    /** Whether nothing more will happen. */
    public boolean hasEnded() {
        return compareTo(COMPLETED) >= 0;
    }

    /** Whether nothing has taken effect, or can before somebody decides. */
    public boolean isWithoutEffect() {
        return compareTo(WAITING_FOR_APPROVAL) <= 0;
    }

    /** Whether a row in that state has reached this stage's goal. */
    boolean brings(RowState state) {
        return state.hasEnded() || switch (this) {
            case CHECKING, CREATING, WAITING_FOR_APPROVAL -> state == RowState.READY;
            case ASSIGNING -> state == RowState.ASSIGNED;
            default -> false;
        };
    }
}
