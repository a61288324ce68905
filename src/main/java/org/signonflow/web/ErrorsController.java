package org.signonflow.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.signonflow.security.gate.Refusal;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Answers refusals that come from neither the engine's REST API nor a controller of ours, but from a filter or the server: with their own
 * sentence, or one for their status. Internal errors are only in the log.
 */
@Controller
@RequestMapping("/error")
class ErrorsController implements ErrorController {

    private static final Map<Integer, String> BY_STATUS = Map.of(
        400, "The request is malformed: its address, its headers or its body.",
        401, "Authentication is required: the user name or the password is missing or wrong.",
        403, "You are not allowed to do or see this.",
        404, "There is nothing at this address.",
        405, "This method is not supported at this address.",
        429, "Too many attempts: wait as long as the header Retry-After says.");

    private final ErrorAttributes attributes;

    ErrorsController(ErrorAttributes attributes) {
        this.attributes = attributes;
    }

    @RequestMapping(produces = MediaType.TEXT_HTML_VALUE)
    ModelAndView page(HttpServletRequest request) {
        Map<String, Object> said = said(request);
        String path = said.get("path").toString().substring(request.getContextPath().length() + 1);
        said.put("root", "./" + "../".repeat((int) path.chars().filter(character -> character == '/').count()));
        return new ModelAndView("error", said, HttpStatusCode.valueOf((int) said.get("status")));
    }

    @RequestMapping
    ResponseEntity<?> answer(HttpServletRequest request) {
        Map<String, Object> said = said(request);
        int status = (int) said.get("status");
        String sentence = said.get("message").toString();
        String path = said.get("path").toString();
        if (Refusal.hasCamundasForm(path.substring(request.getContextPath().length()))) {
            said.putAll(Refusal.inCamundasForm(sentence));
            return ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON).body(said);
        }
        ProblemDetail refusal = Refusal.of(status, sentence);
        refusal.setInstance(URI.create(path));
        // These were there before RFC 9457's.
        List.of("timestamp", "error", "path").forEach(member -> refusal.setProperty(member, said.get(member)));
        return ResponseEntity.of(refusal).build();
    }

    private Map<String, Object> said(HttpServletRequest request) {
        Map<String, Object> said = attributes.getErrorAttributes(new ServletWebRequest(request), ErrorAttributeOptions.defaults());
        int status = (int) said.get("status");
        String sentence = Objects.toString(request.getAttribute(RequestDispatcher.ERROR_MESSAGE), "");
        boolean says = !sentence.isBlank() && !sentence.equals(said.get("error"))
            && !(attributes.getError(new ServletWebRequest(request)) instanceof NoResourceFoundException);
        said.put("message", (status < 500 || status == 503) && says ? sentence
            : BY_STATUS.getOrDefault(status, status < 500 ? "The request was refused." : "An internal error occurred; the log has the details."));
        return said;
    }
}
