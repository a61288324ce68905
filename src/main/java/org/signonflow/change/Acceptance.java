package org.signonflow.change;

import java.time.Instant;
import java.util.Optional;

/** Lets people say that what a check has found in PingOne is how it should be. By the same rules as a decision on the change. */
public interface Acceptance {

    /** Why the user may not accept what was found of the change, as a sentence; empty if they may. */
    Optional<String> objection(Change change, String user);

    /**
     * Accepts what was found, on behalf of whoever is logged in. Nothing is changed in PingOne.
     *
     * @param foundAt when that was found which they were shown
     * @param because in their words
     * @throws ChangeEngine.NotAllowedException  if they may not
     * @throws ChangeEngine.NotPossibleException if something else, or nothing, is found by now, or it is being undone or put back
     */
    void accept(Change change, Instant foundAt, String because);
}
