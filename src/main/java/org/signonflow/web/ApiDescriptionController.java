package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/** Camunda's description of its REST API, which as published names a server on port 8080 of the reader's machine. */
@RestController
class ApiDescriptionController {

    private final JsonMapper json;

    ApiDescriptionController(JsonMapper json) {
        this.json = json;
    }

    @GetMapping("/openapi.json")
    JsonNode describe(HttpServletRequest request) throws IOException {
        ObjectNode description = (ObjectNode) json.readTree(new ClassPathResource("openapi.json").getInputStream());
        description.putArray("servers").addObject().put("url", request.getContextPath() + "/engine-rest");
        return description;
    }
}
