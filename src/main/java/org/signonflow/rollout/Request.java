package org.signonflow.rollout;

import java.util.Map;

/**
 * What a list asks for one application.
 *
 * @param line   where it stands on the list: the line in a CSV file, the element of a JSON list, counted from 1
 * @param values the flows' variables by name, as texts; blank ones are not there
 */
public record Request(int line, Map<String, String> values) {
}
