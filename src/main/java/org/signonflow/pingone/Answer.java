package org.signonflow.pingone;

import java.time.Instant;

/**
 * The metadata of a successful reply.
 *
 * @param status        the HTTP status
 * @param correlationId by which Ping's support finds the call; may be null
 * @param date          PingOne's clock, in whole seconds; may be null
 */
public record Answer(int status, String correlationId, Instant date) {
}
