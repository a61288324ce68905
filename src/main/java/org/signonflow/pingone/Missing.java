package org.signonflow.pingone;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** Works out which objects PingOne reports as missing: by status, code and target, never by message, as PingOne asks of clients. */
final class Missing {

    private static final Set<String> CODES = Set.of("INVALID_VALUE", "NOT_FOUND");
    private static final Pattern BETWEEN_NAMES = Pattern.compile("[^A-Za-z_]+");

    private Missing() {
    }

    /**
     * The ids of the missing objects, in lower case.
     *
     * @param body the request body; null for none
     * @return for a 404, every object that the call names, since PingOne does not say which; for invalid data, those that the details point
     *     at, unless a detail points at anything else; otherwise empty
     */
    static Set<String> of(int status, PingOneError error, HttpUrl url, byte[] body) {
        Set<String> ids = new TreeSet<>();
        if (status == 404) {
            url.pathSegments().forEach(segment -> addId(ids, segment));
            addAll(ids, parsed(body));
            return ids;
        }
        if (status != 400 || !"INVALID_DATA".equals(error.code())) {
            return Set.of();
        }
        for (PingOneError.Detail detail : error.details()) {
            Set<String> meant = new LinkedHashSet<>();
            if (detail.target() != null && CODES.contains(String.valueOf(detail.code()))) {
                at(parsed(body), BETWEEN_NAMES.splitAsStream(detail.target()).filter(name -> !name.isEmpty()).toList())
                    .forEach(node -> addId(meant, node.isObject() ? node.path("id").stringValue(null) : node.stringValue(null)));
            }
            if (meant.isEmpty()) {
                return Set.of();
            }
            ids.addAll(meant);
        }
        return ids;
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return body == null ? Json.object() : Json.parseObject(body);
        } catch (Json.UnusableException ofOurs) {
            throw new IllegalStateException(ofOurs);
        }
    }

    /** The nodes at a path of names; arrays are followed into each element. */
    private static List<JsonNode> at(JsonNode json, List<String> names) {
        List<JsonNode> here = List.of(json);
        for (String name : names) {
            List<JsonNode> below = new ArrayList<>();
            here.forEach(node -> elements(node.path(name)).forEach(below::add));
            here = below;
        }
        return here;
    }

    private static Iterable<JsonNode> elements(JsonNode node) {
        return node.isArray() ? node : Collections.singleton(node);
    }

    private static void addAll(Set<String> ids, JsonNode json) {
        if (json.isValueNode()) {
            addId(ids, json.stringValue(null));
        }
        json.forEach(below -> addAll(ids, below));
    }

    private static void addId(Set<String> ids, String text) {
        if (Ids.isUuid(text)) {
            ids.add(text.toLowerCase(Locale.ROOT));
        }
    }
}
