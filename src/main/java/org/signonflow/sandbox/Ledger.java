package org.signonflow.sandbox;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Records every API and token request in order of arrival. An entry exists from the arrival of the request and is completed later, so that
 * requests of clients killed in the meantime are recorded too.
 */
final class Ledger {

    /** Far more than a test makes, but a limit for a sandbox that runs for weeks. */
    private static final int MOST_ENTRIES = 50_000;

    private final Deque<Entry> entries = new ArrayDeque<>();

    synchronized Entry arrived(String method, String path, String externalTransactionId, String correlationId) {
        if (entries.size() == MOST_ENTRIES) {
            entries.removeFirst();
        }
        Entry entry = new Entry(method, path, externalTransactionId, correlationId);
        entries.addLast(entry);
        return entry;
    }

    synchronized void clear() {
        entries.clear();
    }

    /** All entries, or those of one external transaction. */
    synchronized ArrayNode entries(String externalTransactionId) {
        ArrayNode list = Json.array();
        for (Entry entry : entries) {
            if (externalTransactionId == null || externalTransactionId.equals(entry.externalTransactionId)) {
                list.add(entry.json());
            }
        }
        return list;
    }

    /** The record of one request. */
    static final class Entry {

        private final String at = Json.time(Instant.now());
        private final String method;
        private final String path;
        private final String externalTransactionId;
        private final String correlationId;
        private JsonNode request;
        private Integer status;
        private boolean committed;
        private boolean replied;
        private String fault;

        private Entry(String method, String path, String externalTransactionId, String correlationId) {
            this.method = method;
            this.path = path;
            this.externalTransactionId = externalTransactionId;
            this.correlationId = correlationId;
        }

        String correlationId() {
            return correlationId;
        }

        synchronized void read(byte[] body) {
            request = Json.redactedBody(body);
        }

        synchronized void struckBy(String what) {
            fault = what;
        }

        /** The request has changed the state. */
        synchronized void committed() {
            committed = true;
        }

        /** A reply with this status is about to be sent; a caller that has received it must find it here. */
        synchronized void replying(int with, boolean whole) {
            status = with;
            replied = whole;
        }

        /** The reply could not be sent after all. */
        synchronized void replyLost() {
            replied = false;
        }

        private synchronized JsonNode json() {
            return Json.object()
                    .put("at", at)
                    .put("method", method)
                    .put("path", path)
                    .set("request", request)
                    .put("status", status)
                    .put("committed", committed)
                    .put("replied", replied)
                    .put("externalTransactionId", externalTransactionId)
                    .put("correlationId", correlationId)
                    .put("fault", fault);
        }
    }
}
