package org.signonflow.rollout;

/** How far a roll-out is. */
public enum Stage {

    CHECKING, CREATING, WAITING_FOR_APPROVAL, ASSIGNING, UNDOING, COMPLETED, DECLINED, REJECTED, ROLLED_BACK;

    /** Whether nothing more will happen. */
    public boolean hasEnded() {
        return compareTo(COMPLETED) >= 0;
    }
}
