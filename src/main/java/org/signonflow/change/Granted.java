package org.signonflow.change;

import java.util.List;
import org.signonflow.pingone.Scope;

/**
 * Scopes of one resource that the application may request.
 *
 * @param scopes a name is null if it was not read, an id if the scopes have not been looked up yet
 */
public record Granted(String resourceId, List<Scope> scopes) {

    /** Keeps a copy of the list. */
    public Granted {
        scopes = List.copyOf(scopes);
    }
}
