package org.signonflow.web;

import jakarta.ws.rs.WebApplicationException;
import org.signonflow.security.gate.Refusal;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives the refusals of our API, and those of Spring MVC on the way to it, the same form as all others. */
@RestControllerAdvice(annotations = RestController.class)
class Refusals extends ResponseEntityExceptionHandler {

    @Override
    protected ResponseEntity<Object> createResponseEntity(Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return super.createResponseEntity(body instanceof ProblemDetail said ? Refusal.of(status.value(), said.getDetail()) : body, headers,
            status, request);
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(TypeMismatchException mismatch, HttpHeaders headers, HttpStatusCode status,
            WebRequest request) {
        Class<?> type = mismatch.getRequiredType();
        String allowed = type == null ? "must be something else." : type.isEnum()
            ? "must be one of %s.".formatted(Stream.of(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(", ")))
            : type == Boolean.class || type == boolean.class ? "must be true or false."
            : type == Instant.class ? "must be a time such as 2026-01-31T12:00:00Z." : "must be a whole number.";
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON)
            .body(Refusal.of(status.value(), "%s: %s".formatted(mismatch.getPropertyName(), allowed)));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(QueryTimeoutException tooLong) {
        return ResponseEntity.of(Refusal.of(HttpStatus.SERVICE_UNAVAILABLE.value(),
            "The query took too long and was cancelled: ask for less.")).build();
    }

    /** What the engine says to the caller, at the last. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(WebApplicationException refused) {
        return ResponseEntity.of(Refusal.of(refused.getResponse().getStatus(), refused.getMessage())).build();
    }
}
