package org.signonflow.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Parses and writes JSON, and redacts it for the ledger. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)secret|password|credential|token$|assertion|decryptionKey|verificationKey|privateKey");
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)((?:^|&)(?:client_secret|client_assertion|\\w*token|password)=)[^&]*");
    /**
     * The same in malformed JSON, up to the end of the value as far as it can be determined. Possessive, since Java would otherwise repeat
     * the group recursively.
     */
    private static final Pattern SECRET_MEMBER = Pattern.compile(
            "(?i)(\"\\w*(?:secret|password|credentials|token|assertion|key)\"\\s*:\\s*)(?:\"(?:[^\"\\\\]|\\\\.)*+\"?|[^,}\\s]+)");
    private static final String REDACTED = "***";
    private static final int LONGEST_TEXT = 10_000;

    private Json() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** @throws JacksonException if it is not JSON, or more than one value */
    static JsonNode parse(byte[] body) {
        return MAPPER.readTree(body);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** A copy in which the values of members named like secrets are redacted. */
    static JsonNode redacted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object();
            object.properties().forEach(member -> {
                boolean secret = member.getValue().isValueNode() && SECRET_NAME.matcher(member.getKey()).find();
                copy.set(member.getKey(), secret ? StringNode.valueOf(REDACTED) : redacted(member.getValue()));
            });
            return copy;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode copy = array();
            list.forEach(item -> copy.add(redacted(item)));
            return copy;
        }
        return node;
    }

    /** A query or form with the values of secret parameters redacted. */
    static String redactedParameters(String parameters) {
        return SECRET_PARAMETER.matcher(parameters).replaceAll("$1" + REDACTED);
    }

    /** What may be recorded of a body: its JSON, otherwise its text, or null if there is none. */
    static JsonNode redactedBody(byte[] body) {
        if (body.length == 0) {
            return null;
        }
        try {
            return redacted(parse(body));
        } catch (JacksonException e) {
            String text = new String(body, 0, Math.min(body.length, LONGEST_TEXT), StandardCharsets.UTF_8);
            return StringNode.valueOf(SECRET_MEMBER.matcher(redactedParameters(text)).replaceAll("$1\"" + REDACTED + "\""));
        }
    }
}
