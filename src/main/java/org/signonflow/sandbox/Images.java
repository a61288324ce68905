package org.signonflow.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import tools.jackson.databind.node.ObjectNode;

/** Uploaded images, of which only the format and the size are kept. */
final class Images {

    private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/jpg", "image/gif");

    private Images() {
    }

    /** Adds the address, which has the form that PingOne gives it, and from which nothing is served. */
    static void complete(ObjectNode body, String id) {
        ((ObjectNode) body.at("/targets/original")).put("href", "https://uploads.pingone.com/environments/%s/images/%s_%s_original.png"
                .formatted(Sandbox.ENVIRONMENT_ID, id, UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.US_ASCII))));
    }

    /** What is stored of an image. */
    static ObjectNode read(String contentType, byte[] body) {
        if (contentType == null || !TYPES.contains(contentType)) {
            throw Problem.of(415, null);
        }
        // Not decoded: a few bytes can claim to be a picture of gigabytes.
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(body))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (readers.hasNext()) {
                ImageReader reader = readers.next();
                reader.setInput(in);
                ObjectNode read = Json.object();
                read.putObject("targets").putObject("original").put("width", reader.getWidth(0)).put("height", reader.getHeight(0))
                        .put("type", contentType);
                reader.dispose();
                return read;
            }
        } catch (IOException damaged) {
            // Refused below, like what is no image at all.
        }
        throw Problem.malformed(List.of());
    }
}
