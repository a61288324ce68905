package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * A row with everything that takes effect with it.
 *
 * @param row        its request also has the values it shares with others and what an existing policy does
 * @param secondLook what deserves a second look, one sentence each
 * @param undoneBy   the change that has undone it since; null if none has
 * @param undoneAt   when that was
 * @param undoneWith the undo of a roll-out that this change is a row of; null if it is none
 */
public record ReviewedRow(@JsonUnwrapped Row row, List<String> secondLook, String undoneBy, Instant undoneAt, String undoneWith) {
}
