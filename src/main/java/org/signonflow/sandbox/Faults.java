package org.signonflow.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The active faults, in the order in which they were added. The first one that strikes a request hides it from the others. */
final class Faults {

    private final Map<Integer, Fault> faults = new LinkedHashMap<>();
    private int lastId;

    /**
     * @return the fault as it is in effect, with a {@code note} if it can never strike
     * @throws IllegalArgumentException with a message if it is not a valid fault
     */
    synchronized ObjectNode add(JsonNode given) {
        Fault fault = new Fault(given);
        faults.put(++lastId, fault);
        ObjectNode added = listed(lastId, fault);
        if (fault.idle() != null) {
            added.put("note", fault.idle());
        }
        return added;
    }

    synchronized ArrayNode list() {
        ArrayNode list = Json.array();
        faults.forEach((id, fault) -> list.add(listed(id, fault)));
        return list;
    }

    synchronized boolean remove(String id) {
        return faults.keySet().removeIf(known -> known.toString().equals(id));
    }

    synchronized void clear() {
        faults.clear();
    }

    /** The fault that hits this request, or null. The path is what follows the environment. */
    synchronized Fault strike(String method, String path) {
        for (Fault fault : faults.values()) {
            if (fault.strikes(method, path)) {
                return fault;
            }
        }
        return null;
    }

    private static ObjectNode listed(int id, Fault fault) {
        ObjectNode json = Json.object().put("id", id);
        return json.setAll(fault.json());
    }
}
