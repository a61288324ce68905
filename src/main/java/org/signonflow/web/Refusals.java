package org.signonflow.web;

import org.signonflow.security.gate.Refusal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Has what Spring MVC says of a request that it refuses, and what our controllers have it say, in the form of all refusals. */
@RestControllerAdvice
class Refusals extends ResponseEntityExceptionHandler {

    @Override
    protected ResponseEntity<Object> createResponseEntity(Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return super.createResponseEntity(body instanceof ProblemDetail said ? Refusal.of(status.value(), said.getDetail()) : body, headers,
            status, request);
    }
}
