package org.signonflow.rollout;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A row with all that takes effect with it.
 *
 * @param row        its request has what it shares with others, too, and what a policy that was there does
 * @param secondLook what deserves a second look: a sentence each
 */
public record ReviewedRow(@JsonUnwrapped Row row, List<String> secondLook) {
}
