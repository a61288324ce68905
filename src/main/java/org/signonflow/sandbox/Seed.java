package org.signonflow.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The content of a fresh environment. Ids are derived from the names, so that they are the same in every sandbox. */
final class Seed {

    private static final String FILE = "/sandbox/seed.json";

    private Seed() {
    }

    /** Passes every object to the consumer and returns the environment itself. */
    static ObjectNode plant(BiConsumer<Kind, ObjectNode> ground) {
        try (InputStream in = Seed.class.getResourceAsStream(FILE)) {
            ObjectNode seed = (ObjectNode) Json.parse(in.readAllBytes());
            ObjectNode environment = Json.object().put("id", Sandbox.ENVIRONMENT_ID);
            environment.setAll((ObjectNode) seed.get("environment"));
            plantBelow(seed, null, "", null, environment.get("createdAt").stringValue(), ground);
            return environment;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void plantBelow(ObjectNode holder, Kind parent, String at, String parentId, String time,
            BiConsumer<Kind, ObjectNode> ground) {
        for (Kind kind : Kind.values()) {
            if (kind.parent != parent) {
                continue;
            }
            for (JsonNode planned : holder.path(kind.collection)) {
                String name = at + "/" + kind.collection + "/" + planned.path("name").asString(planned.path("type").asString(""));
                ObjectNode object = Json.object().put("id", UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
                object.putObject("environment").put("id", Sandbox.ENVIRONMENT_ID);
                if (parent != null) {
                    object.putObject(parent.reference).put("id", parentId);
                }
                planned.properties().stream().filter(member -> !kind.below.contains(member.getKey()))
                        .forEach(member -> object.set(member.getKey(), member.getValue()));
                if (kind.timestamped()) {
                    object.put("createdAt", time).put("updatedAt", time);
                }
                ground.accept(kind, object);
                plantBelow((ObjectNode) planned, kind, name, object.get("id").stringValue(), time, ground);
            }
        }
    }
}
