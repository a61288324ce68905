package org.signonflow.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.signonflow.sandbox.Problem.Detail;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The paths below an environment: their methods and the format of their objects and lists. */
final class Api {

    /** Not documented. Small enough to expose clients that do not follow {@code next}. */
    private static final int LARGEST_PAGE = 100;
    static final List<String> OF_SECRET = List.of("GET", "POST", "DELETE");

    private final PingOneState state;

    Api(PingOneState state) {
        this.state = state;
    }

    /** A request: the path after the environment, a lookup of query parameters, and scheme, host and port as sent by the caller. */
    record Call(String method, String path, UnaryOperator<String> parameter, String origin) {
    }

    /** A parsed path: the environment itself if there is no kind, a list if there is no id. */
    private record Place(Kind kind, String parentId, String id, boolean secret) {
    }

    /** The methods of the path. Unknown paths are refused. */
    List<String> methods(Call call) {
        Place place = place(call.path);
        return place.kind == null ? List.of("GET") : place.secret ? OF_SECRET : methods(place.kind, place.id != null);
    }

    /** The methods of a list of the kind, or of one object. */
    static List<String> methods(Kind kind, boolean one) {
        if (kind == Kind.IMAGES) {
            return one ? List.of("GET", "DELETE") : List.of("POST");
        }
        return one ? List.of("GET", "PUT", "DELETE") : List.of("GET", "POST");
    }

    /** Answers a request that uses one of the path's {@link #methods}; the object is its body. */
    Reply answer(Call call, ObjectNode sent) {
        Place place = place(call.path);
        Kind kind = place.kind;
        if (kind == null) {
            return Reply.of(200, environment(call));
        }
        if (place.secret) {
            return ofSecret(call, place, sent);
        }
        return switch (call.method) {
            case "POST" -> Reply.of(201, shown(call, kind, state.create(kind, place.parentId, sent)));
            case "PUT" -> Reply.of(200, shown(call, kind, state.replace(kind, place.parentId, place.id, sent)));
            case "DELETE" -> {
                state.delete(kind, place.parentId, place.id);
                yield Reply.nothing();
            }
            default -> Reply.of(200, place.id == null
                    ? page(call, kind, state.list(kind, place.parentId))
                    : shown(call, kind, state.read(kind, place.parentId, place.id)));
        };
    }

    private static Place place(String path) {
        String[] steps = path.equals("/") ? new String[0] : path.substring(1).split("/", -1);
        if (steps.length == 0) {
            return new Place(null, null, null, false);
        }
        Kind kind = Kind.of(null, steps[0]);
        if (kind != null && Stream.of(steps).noneMatch(String::isEmpty)) {
            if (steps.length <= 2) {
                return new Place(kind, null, steps.length == 2 ? steps[1] : null, false);
            }
            Kind child = Kind.of(kind, steps[2]);
            if (child != null && steps.length <= 4) {
                return new Place(child, steps[1], steps.length == 4 ? steps[3] : null, false);
            }
            if (kind.secretive && steps.length == 3 && steps[2].equals("secret")) {
                return new Place(kind, null, steps[1], true);
            }
        }
        throw Problem.notFound();
    }

    private ObjectNode environment(Call call) {
        ObjectNode shown = Json.object();
        link(shown.putObject("_links"), "self", root(call));
        return shown.setAll(state.environment());
    }

    private Reply ofSecret(Call call, Place place, ObjectNode sent) {
        return switch (call.method) {
            case "POST" -> Reply.of(200, secret(call, place, state.rotateSecret(place.kind, place.id, sent)));
            case "DELETE" -> {
                state.dropPreviousSecret(place.kind, place.id);
                yield Reply.nothing();
            }
            default -> Reply.of(200, secret(call, place, state.secret(place.kind, place.id)));
        };
    }

    private static ObjectNode secret(Call call, Place place, PingOneState.Secret secret) {
        ObjectNode shown = Json.object();
        ObjectNode links = shown.putObject("_links");
        link(links, "self", root(call) + call.path);
        link(links, "environment", root(call));
        link(links, place.kind.reference, root(call) + "/" + place.kind.collection + "/" + place.id);
        shown.putObject("environment").put("id", Sandbox.ENVIRONMENT_ID);
        if (secret.hasPrevious()) {
            shown.putObject("previous").put("secret", secret.previous()).put("expiresAt", secret.expiresAt());
        }
        return shown.put("secret", secret.value());
    }

    /** An object as returned: with links to itself, to its parent and references, and to its collections. */
    private static ObjectNode shown(Call call, Kind kind, ObjectNode stored) {
        ObjectNode shown = Json.object();
        ObjectNode links = shown.putObject("_links");
        String self = root(call);
        if (kind.parent != null) {
            self += "/" + kind.parent.collection + "/" + stored.at("/" + kind.parent.reference + "/id").stringValue();
        }
        self += "/" + kind.collection + "/" + stored.get("id").stringValue();
        link(links, "self", self);
        link(links, "environment", root(call));
        for (Kind other : List.of(Kind.APPLICATIONS, Kind.RESOURCES, Kind.SIGN_ON_POLICIES)) {
            if (stored.path(other.reference).has("id")) {
                String id = stored.get(other.reference).get("id").stringValue();
                link(links, other.reference, root(call) + "/" + other.collection + "/" + id);
            }
        }
        for (String below : kind.below) {
            link(links, below, self + "/" + below);
        }
        if (kind.secretive && stored.has("clientId")) {
            link(links, "secret", self + "/secret");
        }
        return shown.setAll(stored);
    }

    private ObjectNode page(Call call, Kind kind, List<ObjectNode> all) {
        int limit = limit(call);
        int from = from(call, all);
        List<ObjectNode> page = all.subList(from, Math.min(all.size(), from + limit));
        ObjectNode list = Json.object();
        ObjectNode links = list.putObject("_links");
        String path = root(call) + call.path;
        String cursor = call.parameter.apply("cursor");
        link(links, "self", call.parameter.apply("limit") == null && cursor == null
                ? path : path + "?limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor));
        if (from + page.size() < all.size()) {
            byte[] last = String.valueOf(state.number(page.get(page.size() - 1))).getBytes(StandardCharsets.US_ASCII);
            link(links, "next", path + "?limit=" + limit + "&cursor=" + Base64.getUrlEncoder().withoutPadding().encodeToString(last));
        }
        ArrayNode items = list.putObject("_embedded").putArray(kind.collection);
        page.forEach(object -> items.add(shown(call, kind, object)));
        return list.put("count", all.size()).put("size", page.size());
    }

    private static int limit(Call call) {
        String limit = call.parameter.apply("limit");
        if (limit == null) {
            return LARGEST_PAGE;
        }
        if (!limit.matches("0*[1-9]\\d{0,8}")) {
            throw Problem.malformed(List.of(Detail.invalid("limit", "Invalid value for parameter.")));
        }
        return Math.min(LARGEST_PAGE, Integer.parseInt(limit));
    }

    /** A cursor holds the number of the previous page's last object, so that deletions meanwhile, of that one too, hide nothing. */
    private int from(Call call, List<ObjectNode> all) {
        String cursor = call.parameter.apply("cursor");
        if (cursor == null) {
            return 0;
        }
        try {
            int last = Integer.parseInt(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII));
            return (int) all.stream().takeWhile(object -> state.number(object) <= last).count();
        } catch (IllegalArgumentException notOurs) {
            throw Problem.malformed(List.of(Detail.invalid("cursor", "Invalid value for parameter.")));
        }
    }

    private static String root(Call call) {
        return call.origin + "/v1/environments/" + Sandbox.ENVIRONMENT_ID;
    }

    private static void link(ObjectNode links, String name, String href) {
        links.putObject(name).put("href", href);
    }
}
