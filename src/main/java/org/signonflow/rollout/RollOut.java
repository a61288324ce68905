package org.signonflow.rollout;

import java.time.Instant;

/**
 * A roll-out.
 *
 * @param id          its process instance
 * @param requestedBy who asked; null where nobody was logged in
 * @param endedAt     null while it goes on
 * @param rows        how many applications are on its list
 * @param decision    {@code approve}, {@code decline} or {@code expired}; null while nobody has decided
 * @param decidedBy   null where nobody has
 * @param comment     what who decided said
 * @param undoneSince when all of it began to be undone; null while that is not so
 */
public record RollOut(String id, String name, String requestedBy, Instant requestedAt, Instant endedAt, Stage stage, int rows,
                      String decision, String decidedBy, Instant decidedAt, String comment, Instant undoneSince) {
}
