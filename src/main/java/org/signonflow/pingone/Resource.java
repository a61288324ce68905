package org.signonflow.pingone;

import tools.jackson.databind.JsonNode;

/**
 * A resource, to which scopes belong and for which grants are made. Everything but the id may be null.
 *
 * @param name unique in the environment; the one of the workflows is {@code openid}
 * @param type {@code OPENID_CONNECT}, {@code PINGONE_API} ({@code PING_ONE_API} in older pages) or {@code CUSTOM}
 * @see <a href="https://developer.pingidentity.com/pingone-api/platform/resources/resources-1.html">PingOne API: resources</a>
 */
public record Resource(String id, String name, String type) {

    static Resource from(JsonNode json) throws Json.UnusableException {
        return new Resource(Json.id(json), Json.text(json, "name"), Json.text(json, "type"));
    }
}
