package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/** Camunda's description of its REST API, for the page at {@code /swagger-ui.html}. */
@RestController
class CamundaApiDescription {

    private final JsonMapper json;

    CamundaApiDescription(JsonMapper json) {
        this.json = json;
    }

    /** As published it names a server on port 8080 of the reader's machine. */
    @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
    JsonNode describe(HttpServletRequest request) throws IOException {
        ObjectNode description = (ObjectNode) json.readTree(new ClassPathResource("openapi.json").getInputStream());
        description.putArray("servers").addObject().put("url", request.getContextPath() + "/engine-rest");
        return description;
    }
}
