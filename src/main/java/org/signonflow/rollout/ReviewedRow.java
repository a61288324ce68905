package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A row with everything that takes effect with it.
 *
 * @param row        its request also has the values it shares with others and what an existing policy does
 * @param secondLook what deserves a second look, one sentence each
 */
public record ReviewedRow(@JsonUnwrapped Row row, List<String> secondLook) {
}
