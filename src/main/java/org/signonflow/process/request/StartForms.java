package org.signonflow.process.request;

import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.SortedSet;

/** Completes the flows' start forms from the configuration: a form is deployed once, but served by every node. */
@Component
public class StartForms {

    private final SortedSet<String> aliases;
    private final JsonMapper json = JsonMapper.shared();

    StartForms(PingOneEnvironments environments) {
        aliases = environments.aliases();
    }

    /**
     * Offers the configured environments in forms that ask for one, and preselects the sandbox, or the only one there is.
     *
     * @param form as it was deployed; will be closed
     * @return the form to show; unchanged if it is not a Camunda Form
     */
    public InputStream complete(InputStream form) {
        try (form) {
            byte[] deployed = form.readAllBytes();
            try {
                JsonNode root = json.readTree(deployed);
                if (!root.path("components").isArray()) {
                    return new ByteArrayInputStream(deployed);
                }
                for (JsonNode component : root.get("components")) {
                    if (component instanceof ObjectNode field && field.path("key").asString("").equals(FlowVariables.ENVIRONMENT)) {
                        offer(field);
                    }
                }
                return new ByteArrayInputStream(json.writeValueAsBytes(root));
            } catch (JacksonException other) {
                return new ByteArrayInputStream(deployed);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void offer(ObjectNode field) {
        ArrayNode values = field.putArray("values");
        aliases.forEach(alias -> values.addObject().put("label", alias).put("value", alias));
        String chosen = aliases.size() == 1 ? aliases.first() : FlowFields.SANDBOX;
        if (aliases.contains(chosen)) {
            field.put("defaultValue", chosen);
        }
    }
}
