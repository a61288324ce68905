package org.signonflow.web;

import jakarta.servlet.RequestDispatcher;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.WebRequest;

import java.util.Map;

/**
 * What a refusal says that comes from neither the engine's interface nor a controller of ours, but from a filter or the server: its own
 * sentence, or one for its status. Of a fault of ours nothing is told; the log has it.
 */
@Component
class ErrorSentences extends DefaultErrorAttributes {

    private static final Map<Integer, String> BY_STATUS = Map.of(
        400, "The request is ill-formed: its address, its headers or the form of its body.",
        401, "A login is needed: the user or the password is missing or wrong.",
        403, "This is not for you to do or to see.",
        404, "There is nothing at this address.",
        405, "This method is not for this address.",
        429, "Too many attempts: wait as long as the header Retry-After says.");

    @Override
    public Map<String, Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
        Map<String, Object> attributes = super.getErrorAttributes(request, options);
        int status = (int) attributes.get("status");
        Object said = request.getAttribute(RequestDispatcher.ERROR_MESSAGE, WebRequest.SCOPE_REQUEST);
        attributes.put("message", status < 500 && said != null && !said.toString().isBlank() ? said
            : BY_STATUS.getOrDefault(status, status < 500 ? "The request is refused." : "Something went wrong here; the log says what."));
        return attributes;
    }
}
