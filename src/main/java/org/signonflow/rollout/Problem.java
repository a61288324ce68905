package org.signonflow.rollout;

/**
 * A reason why a list cannot be accepted.
 *
 * @param line   where the row begins: the line in a CSV file, whose header is the first, or the element of a JSON list, counted from 1; 0
 *               if no row is to blame
 * @param field  the column or setting; null if it concerns the whole row or list
 * @param reason the rest of a sentence that begins with the field, or a sentence
 */
public record Problem(int line, String field, String reason) {

    /** For people: {@code Line 7, policyName: is required.} */
    @Override
    public String toString() {
        return line > 0 ? "Line " + line + (field == null ? ": " : ", ") + sentence() : sentence();
    }

    /** Without the line, for whoever has asked for one application only: {@code policyName: is required.} */
    public String sentence() {
        return field == null ? reason : field + ": " + reason;
    }
}
