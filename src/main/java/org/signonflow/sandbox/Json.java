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

/** The JSON that goes in and out, and what of it may be written down. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)secret|password|credential|token$|assertion|decryptionKey|verificationKey|privateKey");
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)((?:^|&)(?:client_secret|client_assertion|\\w*token|password)=)[^&]*");
    /**
     * The same in what should have been JSON, up to the end of the value as far as it can be made out. Possessive, since Java repeats a
     * group by recursion otherwise.
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

    /** @throws JacksonException when it is not JSON, or more than one value */
    static JsonNode parse(byte[] body) {
        return MAPPER.readTree(body);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** A copy in which the value of whatever is named like a secret is blotted out. */
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

    /** A query or a form without the values of the parameters that are secret. */
    static String redactedParameters(String parameters) {
        return SECRET_PARAMETER.matcher(parameters).replaceAll("$1" + REDACTED);
    }

    /** What can be written down of a body: its JSON, or else its text, or null when there is none. */
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
