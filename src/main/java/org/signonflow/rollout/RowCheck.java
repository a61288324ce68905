package org.signonflow.rollout;

import java.util.Optional;

/** What the flows allow in their variables. */
public interface RowCheck {

    /**
     * What is wrong with the text that was given for a variable, as the rest of a sentence that begins with the variable's name; of a
     * blank one, that it is required where it is.
     */
    Optional<String> problem(String variable, String text);

    /** What is wrong with a text that is no variable of theirs and must be one line to read, in the same form. */
    Optional<String> lineProblem(String text, int longest);

    /** What the variable is where nothing was given. */
    Optional<String> fallback(String variable, boolean newApplication);
}
