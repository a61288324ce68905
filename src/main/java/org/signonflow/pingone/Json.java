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
import java.util.List;
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
