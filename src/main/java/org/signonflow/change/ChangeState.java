package org.signonflow.change;

/** Where a change stands. */
public enum ChangeState {

    /** A row of a roll-out whose turn has not come. Like {@link #LEFT_OUT}, it is no change yet, and is not recorded as one. */
    PENDING,
    /** Its objects are being created in PingOne; nothing has taken effect. */
    CREATING,
    /** Everything has been created; it, or the roll-out that it is a row of, waits for a decision. */
    WAITING_FOR_APPROVAL,
    /** It is about to take effect, or is just doing so. */
    ASSIGNING,
    /** A row in effect, whose roll-out has not ended. */
    ASSIGNED,
    /** What it has created is being deleted. */
    UNDOING,
    /** In effect. */
    COMPLETED,
    /** A person declined it, or nobody decided in time; nothing is left. */
    DECLINED,
    /** PingOne refused a call; nothing is left. */
    REJECTED,
    /** A person withdrew it before it had ended; nothing is left. */
    ROLLED_BACK,
    /** An administrator deleted its process instance; what it had created was not deleted. */
    CANCELLED,
    /** A row of a roll-out that was never begun. */
    LEFT_OUT;

    /** Whether a change can be recorded in it: it has begun. */
    public boolean hasBegun() {
        return this != PENDING && this != LEFT_OUT;
    }

    /** Whether nothing of it has taken effect, or can before somebody decides. */
    public boolean isWithoutEffect() {
        return this == PENDING || this == CREATING || this == WAITING_FOR_APPROVAL;
    }

    /** Whether it has taken effect, or is just doing so. */
    public boolean isInEffect() {
        return this == ASSIGNING || this == ASSIGNED || this == COMPLETED;
    }

    /** Whether it has ended and left nothing behind. */
    public boolean isUndone() {
        return this == DECLINED || this == REJECTED || this == ROLLED_BACK || this == LEFT_OUT;
    }

    /** Whether nothing more will happen. */
    public boolean hasEnded() {
        return compareTo(COMPLETED) >= 0;
    }
}
