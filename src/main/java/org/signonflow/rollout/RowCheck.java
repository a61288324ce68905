package org.signonflow.rollout;

import java.util.Optional;

/** What the flows allow in their variables. */
public interface RowCheck {

    /** What is wrong with the text that was given for a variable, as the rest of a sentence that begins with the variable's name. */
    Optional<String> problem(String variable, String text);

    /** What the variable is where nothing was given. */
    Optional<String> fallback(String variable, boolean newApplication);
}
