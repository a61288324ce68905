package org.signonflow.web;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.servers.Server;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/** What the page at {@code /swagger-ui.html} offers: springdoc's description of our own API, and Camunda's of its own. */
@RestController
@OpenAPIDefinition(info = @Info(title = "Signonflow", version = "${spring.application.version}",
    description = "Roll-outs and PingOne environments. Flows are started and decided by Camunda's REST API."),
    servers = @Server(url = "${server.servlet.context-path:/}"), security = @SecurityRequirement(name = "basic"))
@SecurityScheme(name = "basic", type = SecuritySchemeType.HTTP, scheme = "basic")
class ApiDescriptions {

    private final JsonMapper json;

    ApiDescriptions(JsonMapper json) {
        this.json = json;
    }

    /** As published it names a server on port 8080 of the reader's machine. */
    @GetMapping("/openapi.json")
    JsonNode ofCamunda(HttpServletRequest request) throws IOException {
        ObjectNode description = (ObjectNode) json.readTree(new ClassPathResource("openapi.json").getInputStream());
        description.putArray("servers").addObject().put("url", request.getContextPath() + "/engine-rest");
        return description;
    }
}
