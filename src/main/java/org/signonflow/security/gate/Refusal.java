package org.signonflow.security.gate;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.Set;

/** A sentence to a caller, in the form of the engine's own. */
final class Refusal {

    static final int TOO_MANY_REQUESTS = 429;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<Integer> LATER = Set.of(TOO_MANY_REQUESTS, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    private static final String SECONDS = "5";

    private Refusal() {
    }

    static void write(HttpServletResponse response, int status, String sentence) throws IOException {
        response.setStatus(status);
        if (LATER.contains(status)) {
            response.setHeader(HttpHeaders.RETRY_AFTER, SECONDS);
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream().write(JSON.writeValueAsBytes(
            JSON.createObjectNode().put("type", "InvalidRequestException").put("message", sentence)));
    }
}
