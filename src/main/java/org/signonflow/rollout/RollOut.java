package org.signonflow.rollout;

import java.time.Instant;

/**
 * A roll-out.
 *
 * @param id           the id of its process instance
 * @param requestedBy  the requester; null if nobody was logged in
 * @param endedAt      null while it is running
 * @param rows         the number of applications on its list
 * @param decision     {@code approve}, {@code decline} or {@code expired}; null until decided
 * @param decidedBy    null if nobody has
 * @param comment      the comment of whoever decided
 * @param undoneSince  when undoing all of it began; null if it has not
 * @param reason       why it was requested; null if nothing was said
 * @param rolledBackBy who had all of it rolled back; null if nobody did
 * @param rolledBackAt when that was
 * @param undoes       the roll-out whose rows it undoes; null if it is none that undoes
 * @param undone       how many of its applications have been undone since it completed; null if none has
 */
public record RollOut(String id, String name, String requestedBy, Instant requestedAt, Instant endedAt, Stage stage, int rows,
                      String decision, String decidedBy, Instant decidedAt, String comment, Instant undoneSince,
                      String reason, String rolledBackBy, Instant rolledBackAt, String undoes, Undone undone) {

    /** Whether the user may withdraw it. */
    public boolean mayBeWithdrawnBy(String user) {
        return user.equals(requestedBy) && stage.isWithoutEffect() && decision == null;
    }

    /** Whether its requester had it rolled back before anybody had decided. */
    public boolean isWithdrawn() {
        return rolledBackBy != null && rolledBackBy.equals(requestedBy) && decision == null;
    }

    /** Whether it can still be rolled back. */
    public boolean mayBeRolledBack() {
        return endedAt == null && rolledBackAt == null && (stage != Stage.UNDOING || undoes != null && "approve".equals(decision));
    }

    /** How many of the applications of a completed roll-out have been undone since. */
    public enum Undone { SOME, ALL }
}
