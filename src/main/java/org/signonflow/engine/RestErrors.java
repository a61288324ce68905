package org.signonflow.engine;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.rest.dto.ExceptionDto;
import org.camunda.bpm.engine.rest.dto.VariableValueDto;
import org.camunda.bpm.engine.rest.exception.ExceptionHandlerHelper;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.camunda.bpm.engine.rest.exception.RestException;
import org.glassfish.jersey.internal.spi.AutoDiscoverable;

import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Maps failed requests to the engine's REST API and the web applications to responses: 4xx with a sentence if the request is at fault.
 * Camunda's own mappers answer 500 to whatever its API trips over, and say nothing at all about a member of the wrong type. Jersey finds
 * this class by {@code META-INF/services}, for each of its applications.
 */
public final class RestErrors implements AutoDiscoverable {

    private static final String ILL_FORMED = "The request is malformed: something in it is missing or has the wrong type.";

    /** Overrides Camunda's mappers for these types by priority. */
    @Override
    public void configure(FeatureContext application) {
        List.of(ToAnything.class, ToMapping.class, ToParsing.class, ToEngine.class, ToRest.class)
            .forEach(mapper -> application.register(mapper, 1));
    }

    private static Response answer(Throwable failure) {
        Response answer = ExceptionHandlerHelper.getInstance().getResponse(understood(failure));
        if (answer.getEntity() instanceof ExceptionDto said) {
            said.setMessage(PlainSentences.of(said.getMessage()));
        }
        return answer;
    }

    private static Throwable understood(Throwable failure) {
        JsonProcessingException unreadable = Causes.find(failure, JsonProcessingException.class);
        if (unreadable != null) {
            return new InvalidRequestException(Status.BAD_REQUEST, unreadable, sentence(unreadable));
        }
        Status status = ExceptionHandlerHelper.getInstance().getStatus(failure);
        if (status.getStatusCode() < 500) {
            return failure instanceof RestException && failure.getCause() instanceof Exception said && said.toString()
                .equals(failure.getMessage()) ? new RestException(status, said, said.getMessage()) : failure;
        }
        Throwable fault = failure instanceof RestException && failure.getCause() != null ? failure.getCause() : failure;
        if (fault instanceof NotFoundException) {
            return new RestException(Status.NOT_FOUND, (NotFoundException) fault, fault.getMessage());
        }
        return fault instanceof RuntimeException refused && isOfTheRequest(refused)
            ? new InvalidRequestException(Status.BAD_REQUEST, refused, sentence(refused)) : failure;
    }

    /** Errors that the engine itself reports about a request, and those that its API trips over while reading one. */
    private static boolean isOfTheRequest(RuntimeException failure) {
        if (failure instanceof ProcessEngineException) {
            return Causes.isSaidByTheEngine(failure);
        }
        return !(failure instanceof RestException || failure instanceof WebApplicationException)
            && Arrays.stream(failure.getStackTrace()).noneMatch(frame -> frame.getClassName().equals(CallerErrors.class.getName()));
    }

    private static String sentence(RuntimeException failure) {
        boolean written = failure instanceof ProcessEngineException || failure.getClass() == IllegalArgumentException.class;
        return written && failure.getMessage() != null ? failure.getMessage() : ILL_FORMED;
    }

    private static String sentence(JsonProcessingException unreadable) {
        if (!(unreadable instanceof JsonMappingException mapping)) {
            return "The body must be JSON.";
        }
        String where = mapping.getPath().stream()
            .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName().replaceAll("[^\\w-]", "?"))
            .collect(Collectors.joining()).replaceFirst("^\\.", "");
        Class<?> type = mapping instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        return (where.isEmpty() ? "The body" : where + ":") + " must be " + kind(type) + ".";
    }

    private static String kind(Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type == VariableValueDto.class) {
            return "an object with a value, such as {\"value\": \"x\"}";
        }
        return type == String.class || type.isEnum() ? "a string"
            : type == Boolean.class || type == boolean.class ? "true or false"
            : Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a number"
            : Date.class.isAssignableFrom(type) ? "a time such as 2026-01-31T12:00:00.000+0000"
            : Collection.class.isAssignableFrom(type) || type.isArray() ? "a list"
            : Map.class.isAssignableFrom(type) ? "an object" : "a JSON object";
    }

    static final class ToAnything implements ExceptionMapper<Throwable> {
        @Override
        public Response toResponse(Throwable failure) {
            return answer(failure);
        }
    }

    static final class ToMapping implements ExceptionMapper<JsonMappingException> {
        @Override
        public Response toResponse(JsonMappingException failure) {
            return answer(failure);
        }
    }

    static final class ToParsing implements ExceptionMapper<JsonParseException> {
        @Override
        public Response toResponse(JsonParseException failure) {
            return answer(failure);
        }
    }

    static final class ToEngine implements ExceptionMapper<ProcessEngineException> {
        @Override
        public Response toResponse(ProcessEngineException failure) {
            return answer(failure);
        }
    }

    static final class ToRest implements ExceptionMapper<RestException> {
        @Override
        public Response toResponse(RestException failure) {
            return answer(failure);
        }
    }
}
