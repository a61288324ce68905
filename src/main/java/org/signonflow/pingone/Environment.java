package org.signonflow.pingone;

import tools.jackson.databind.JsonNode;

/**
 * The managed environment as PingOne has it. Everything but the id may be null.
 *
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/environments/environments-1.html">PingOne API: environments</a>
 */
public record Environment(String id, String name, String type, String region) {

    static Environment from(JsonNode json) throws Json.UnusableException {
        return new Environment(Json.id(json), Json.text(json, "name"), Json.text(json, "type"), Json.text(json, "region"));
    }
}
