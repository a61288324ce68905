package org.signonflow.pingone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Reads replies member by member rather than by binding: PingOne adds members as it likes, leaves optional ones out, and its published
 * examples write booleans as strings, so only what a caller cannot do without may make a reply unusable.
 */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Json() {
    }

    /** Says that a reply is not what PingOne documents; its message is our own words, never text of the reply. */
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
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of text, numbers and booleans can always be written.", e);
        }
    }

    static JsonNode parseObject(byte[] body) throws UnusableException {
        if (body.length == 0) {
            throw new UnusableException("the reply is empty");
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UnusableException("the reply is not JSON");
        }
        if (json == null || !json.isObject()) {
            throw new UnusableException("the reply is not a JSON object");
        }
        return json;
    }

    /** The object's own id. One that is no UUID could not be used in a later path, so it is as good as none. */
    static String id(JsonNode json) throws UnusableException {
        String id = text(json, "id");
        if (!Ids.isUuid(id)) {
            throw new UnusableException("the reply has no usable id");
        }
        return id;
    }

    static String text(JsonNode json, String member) {
        return json.path(member).textValue();
    }

    /** The texts of a list; empty when it is missing. */
    static List<String> texts(JsonNode json, String member) {
        return StreamSupport.stream(json.path(member).spliterator(), false).filter(JsonNode::isTextual).map(JsonNode::textValue).toList();
    }

    /**
     * Members by name, as JSON in which the same is written the same: sorted, without what is false or empty, which PingOne may as well leave
     * out.
     */
    static SortedMap<String, String> notable(JsonNode json, Predicate<String> name) {
        SortedMap<String, String> notable = new TreeMap<>();
        json.fields().forEachRemaining(member -> {
            JsonNode value = name.test(member.getKey()) ? canonical(member.getValue()) : JsonNodeFactory.instance.nullNode();
            if (!isNothing(value)) {
                notable.put(member.getKey(), value.toString());
            }
        });
        return notable;
    }

    private static JsonNode canonical(JsonNode json) {
        if (json.isObject()) {
            ObjectNode sorted = object();
            Map<String, JsonNode> members = new TreeMap<>();
            json.fields().forEachRemaining(member -> members.put(member.getKey(), canonical(member.getValue())));
            members.values().removeIf(Json::isNothing);
            return sorted.setAll(members);
        }
        if (json.isArray()) {
            return JsonNodeFactory.instance.arrayNode().addAll(StreamSupport.stream(json.spliterator(), false).map(Json::canonical)
                .sorted(Comparator.comparing(JsonNode::toString)).toList());
        }
        return json;
    }

    private static boolean isNothing(JsonNode json) {
        return json.isContainerNode() ? json.isEmpty() : json.isNull() || json.asText().isEmpty() || json.asText().equals("false");
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
