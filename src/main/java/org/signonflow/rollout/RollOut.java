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
 */
public record RollOut(String id, String name, String requestedBy, Instant requestedAt, Instant endedAt, Stage stage, int rows,
                      String decision, String decidedBy, Instant decidedAt, String comment, Instant undoneSince,
                      String reason, String rolledBackBy, Instant rolledBackAt, String undoes) {
}
