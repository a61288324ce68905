package org.signonflow.web;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds to the description of our API what is the same everywhere: how it refuses, see {@link Refusals} and {@link ErrorsController}, and that
 * members without a value are there, as null.
 */
@Component
class ApiDescription implements OpenApiCustomizer, PropertyCustomizer {

    private static final String REFUSAL = "Refusal";
    private static final Map<String, String> ALWAYS = Map.of(
        "400", "A field of the request is missing or not allowed.",
        "401", "The user name or the password is missing or wrong.",
        "403", "The caller may not do this.",
        "406", "The caller accepts none of the types that there are.",
        "429", "Too many requests, or too many wrong passwords: wait as long as the header Retry-After says.",
        "503", "The database took too long, or too many uploads are in progress: try again later.");
    private static final Map<String, String> OF_ONE = Map.of(
        "404", "There is none, or the caller may not see it.");
    private static final Map<String, String> OF_STATES = Map.of(
        "409", "What there is now does not allow this.");
    private static final Map<String, String> OF_CHANGES = Map.of(
        "413", "The body is too large.",
        "415", "The body has another type than is described.");
    private static final Map<String, String> OF_CALLS_TO_PINGONE = Map.of(
        "502", "PingOne did not answer, or with an error.",
        "504", "PingOne did not answer in time.");

    @Override
    public void customise(OpenAPI api) {
        api.getComponents().addSchemas(REFUSAL, new ObjectSchema().description("RFC 9457 problem details")
            .addProperty("title", new StringSchema()).addProperty("status", new IntegerSchema())
            .addProperty("detail", new StringSchema().description("Which field, what was wrong, and what is allowed"))
            .addProperty("message", new StringSchema().description("The same as detail, as Camunda's REST API names it"))
            .required(List.of("title", "status", "detail", "message")));
        api.getPaths().forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
            refusals(operation, ALWAYS);
            if (path.contains("{")) {
                refusals(operation, OF_ONE);
            }
            boolean changes = operation.getRequestBody() != null || !method.name().equals("GET");
            if (changes) {
                refusals(operation, OF_STATES);
                refusals(operation, OF_CHANGES);
            }
            if (path.endsWith("/terraform") || path.endsWith("/request")) {
                refusals(operation, OF_STATES);
            }
            if (changes || path.endsWith("/terraform")) {
                refusals(operation, OF_CALLS_TO_PINGONE);
            }
            Map<String, ApiResponse> sorted = new TreeMap<>(operation.getResponses());
            operation.getResponses().clear();
            operation.getResponses().putAll(sorted);
        }));
    }

    private static void refusals(Operation operation, Map<String, String> refusals) {
        refusals.forEach((status, why) -> operation.getResponses().putIfAbsent(status, new ApiResponse().description(why)
            .content(new Content().addMediaType(MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                new io.swagger.v3.oas.models.media.MediaType().schema(new Schema<>().$ref("#/components/schemas/" + REFUSAL))))));
    }

    @Override
    public Schema<?> customize(Schema property, AnnotatedType type) {
        if (Json.mapper().constructType(type.getType()).isPrimitive()) {
            return property;
        }
        if (property.get$ref() != null) {
            return new Schema<>().anyOf(List.of(property, new Schema<>().types(Set.of("null"))));
        }
        Set<String> types = new LinkedHashSet<>(property.getTypes());
        types.add("null");
        property.setTypes(types);
        if (property.getEnum() != null) {
            property.addEnumItemObject(null);
        }
        return property;
    }
}
