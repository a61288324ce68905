package org.signonflow.pingone;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What requests to PingOne have in common that differ only in ids.
 *
 * @param method the HTTP method
 * @param path   relative to the environment, with {@code {id}} for each id: {@code /applications/{id}/grants}; that of the token endpoint
 *     relative to the worker's
 */
public record Route(String method, String path) {

    static final Route TOKEN = new Route("POST", "/as/token");

    static Route of(String method, List<String> segments) {
        return new Route(method, "/" + segments.stream().map(segment -> Ids.isUuid(segment) ? "{id}" : segment)
            .collect(Collectors.joining("/")));
    }

    /** All there are: a request of another route is never sent. */
    public static List<Route> all() {
        String id = "00000000-0000-0000-0000-000000000000";
        Stream<Route> ofObjects = Stream.of(Kind.values()).flatMap(kind -> {
            String parent = kind.parent() == null ? null : id;
            return Stream.of(of("GET", kind.path(parent)), of("POST", kind.path(parent)), of("GET", kind.path(parent, id)),
                of("DELETE", kind.path(parent, id)));
        });
        return Stream.concat(ofObjects, Stream.of(TOKEN, of("GET", List.of()), of("GET", List.of("resources")),
            of("GET", List.of("resources", id, "scopes")))).toList();
    }
}
