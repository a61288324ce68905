package org.signonflow.change;

import java.util.List;
import org.signonflow.pingone.Scope;

/**
 * Scopes of one resource that the application may ask for.
 *
 * @param scopes a name is null where it was not read, an id where the scopes were not looked up yet
 */
public record Granted(String resourceId, List<Scope> scopes) {

    /** Keeps a copy of the list. */
    public Granted {
        scopes = List.copyOf(scopes);
    }
}
