package org.signonflow.web;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.servers.Server;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;

/** Our own API, and its description by springdoc, which takes it from the Javadoc. */
@Configuration(proxyBeanMethods = false)
@OpenAPIDefinition(info = @Info(title = "Signonflow", version = "${spring.application.version}",
    description = "Roll-outs and PingOne environments. Flows are started, and approvals decided, through Camunda's REST API."),
    servers = @Server(url = "${server.servlet.context-path:/}"), security = @SecurityRequirement(name = "basic"))
@SecurityScheme(name = "basic", type = SecuritySchemeType.HTTP, scheme = "basic")
class ApiConfiguration {

    /** It speaks JSON only; springdoc brings YAML along. */
    @Bean
    ServerHttpMessageConvertersCustomizer withoutYaml() {
        return converters -> converters.configureMessageConvertersList(
            all -> all.removeIf(converter -> converter.getSupportedMediaTypes().contains(MediaType.APPLICATION_YAML)));
    }
}
