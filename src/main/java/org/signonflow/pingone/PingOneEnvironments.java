package org.signonflow.pingone;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configured environments: whoever starts a flow names an alias, never a host, an id or a credential. Thread-safe. */
public final class PingOneEnvironments {

    private final SortedMap<String, PingOneClient> clients = new TreeMap<>();

    /**
     * One client per environment, all sharing one connection pool; each keeps its own token.
     *
     * @throws IllegalArgumentException if two environments have the same alias
     */
    public PingOneEnvironments(PingOneHttp http, Collection<PingOneEnvironment> environments) {
        for (PingOneEnvironment environment : environments) {
            if (clients.put(environment.alias(), new PingOneClient(http, environment)) != null) {
                throw new IllegalArgumentException("Two PingOne environments have the alias '" + environment.alias() + "'.");
            }
        }
    }

    /**
     * The client of an environment.
     *
     * @throws IllegalArgumentException with a message that lists the known aliases, if there is none with that alias
     */
    public PingOneClient client(String alias) {
        PingOneClient client = alias == null ? null : clients.get(alias);
        if (client == null) {
            throw new IllegalArgumentException("No PingOne environment is configured under the alias '" + Text.clean(alias, 100)
                + "'. Known: " + String.join(", ", clients.keySet()) + ".");
        }
        return client;
    }

    /** The known aliases in alphabetical order. */
    public SortedSet<String> aliases() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(clients.keySet()));
    }
}
