package org.signonflow.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A reply that has not been sent yet. The body is null if there is none. */
record Reply(int status, byte[] body, Map<String, String> headers) {

    static Reply of(int status, JsonNode body) {
        return new Reply(status, body == null ? null : Json.bytes(body), Map.of());
    }

    static Reply nothing() {
        return of(204, null);
    }

    Reply with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Reply(status, body, all);
    }

    Reply withBody(byte[] other) {
        return new Reply(status, other, headers);
    }
}
