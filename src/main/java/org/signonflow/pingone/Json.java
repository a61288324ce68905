package org.signonflow.pingone;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads replies member by member rather than by binding: PingOne adds members at will, omits optional ones, and its published examples
 * write booleans as strings, so a reply is unusable only if it lacks what the caller needs.
 */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {
    }

    /** A reply is not what PingOne documents; the message is in our own words and never quotes the reply. */
    static final class UnusableException extends Exception {
        UnusableException(String message) {
            super(message);
        }
    }

    /** Turns one object of a reply into a record. */
    interface Reader<T> {
        T read(JsonNode json) throws UnusableException;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static void putIfPresent(ObjectNode json, String member, String value) {
        if (value != null) {
            json.put(member, value);
        }
    }

    static byte[] write(JsonNode json) {
        return MAPPER.writeValueAsBytes(json);
    }

    static JsonNode parseObject(byte[] body) throws UnusableException {
        if (body.length == 0) {
            throw new UnusableException("the reply is empty");
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new UnusableException("the reply is not JSON");
        }
        if (json == null || !json.isObject()) {
            throw new UnusableException("the reply is not a JSON object");
        }
        return json;
    }

    /** The object's own id. One that is not a UUID could not be used in a later path, so it counts as missing. */
    static String id(JsonNode json) throws UnusableException {
        String id = text(json, "id");
        if (!Ids.isUuid(id)) {
            throw new UnusableException("the reply has no usable id");
        }
        return id;
    }

    static String text(JsonNode json, String member) {
        return json.path(member).stringValue(null);
    }

    /** The strings of an array; empty if it is missing. */
    static List<String> texts(JsonNode json, String member) {
        return StreamSupport.stream(json.path(member).spliterator(), false).filter(JsonNode::isString).map(JsonNode::stringValue).toList();
    }

    /** Members by name, as canonical JSON: sorted, without false or empty values, which PingOne may also omit. */
    static SortedMap<String, String> notable(JsonNode json, Predicate<String> name) {
        SortedMap<String, String> notable = new TreeMap<>();
        json.properties().forEach(member -> {
            JsonNode value = name.test(member.getKey()) ? CanonicalJson.of(member.getValue()) : JsonNodeFactory.instance.nullNode();
            if (!CanonicalJson.isNothing(value)) {
                notable.put(member.getKey(), value.toString());
            }
        });
        return notable;
    }

    static boolean bool(JsonNode json, String member) {
        return json.path(member).asBoolean(false);
    }

    static Instant instant(JsonNode json, String member) {
        String text = text(json, member);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
