package org.signonflow.pingone;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What PingOne returns, in a form in which equal data is equal: it may reorder members and lists, and omit what is false or empty. */
public final class CanonicalJson {

    private CanonicalJson() {
    }

    /** With members and lists sorted, and without members that are {@linkplain #isNothing nothing}. */
    public static JsonNode of(JsonNode json) {
        if (json.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            json.properties().forEach(member -> members.put(member.getKey(), of(member.getValue())));
            members.values().removeIf(CanonicalJson::isNothing);
            return JsonNodeFactory.instance.objectNode().setAll(members);
        }
        if (json.isArray()) {
            return JsonNodeFactory.instance.arrayNode().addAll(StreamSupport.stream(json.spliterator(), false).map(CanonicalJson::of)
                .sorted(Comparator.comparing(JsonNode::toString)).toList());
        }
        return json;
    }

    /** Whether PingOne may omit it: missing, null, false or empty. */
    public static boolean isNothing(JsonNode json) {
        return json.isContainer() ? json.isEmpty() : json.isNull() || json.asString("").isEmpty() || json.asString("").equals("false");
    }
}
