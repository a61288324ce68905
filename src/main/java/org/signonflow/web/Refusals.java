package org.signonflow.web;

import org.signonflow.security.gate.Refusal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Gives the refusals of Spring MVC, and those of our controllers, the same form as all others. */
@RestControllerAdvice
class Refusals extends ResponseEntityExceptionHandler {

    @Override
    protected ResponseEntity<Object> createResponseEntity(Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return super.createResponseEntity(body instanceof ProblemDetail said ? Refusal.of(status.value(), said.getDetail()) : body, headers,
            status, request);
    }
}
