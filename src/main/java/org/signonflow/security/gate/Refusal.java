package org.signonflow.security.gate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An error response to a caller: RFC 9457 problem details, except on Camunda's own APIs, whose clients expect Camunda's format. Both have
 * the sentence in {@code message}, so that callers of both find it in one place.
 */
public final class Refusal {

    static final int TOO_MANY_REQUESTS = 429;

    private static final JsonMapper JSON = JsonMapper.builder().addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class).build();
    private static final Pattern CAMUNDAS = Pattern.compile("/(engine-rest|camunda/api)(/.*)?");
    private static final Set<Integer> LATER = Set.of(TOO_MANY_REQUESTS, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    private static final String SECONDS = "5";

    private Refusal() {
    }

    public static ProblemDetail of(int status, String sentence) {
        ProblemDetail refusal = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), sentence);
        refusal.setProperty("message", sentence);
        return refusal;
    }

    public static Map<String, String> inCamundasForm(String sentence) {
        return Map.of("type", "InvalidRequestException", "message", sentence);
    }

    /** @param path below the context path */
    public static boolean hasCamundasForm(String path) {
        return CAMUNDAS.matcher(path).matches();
    }

    static void write(HttpServletRequest request, HttpServletResponse response, int status, String sentence) throws IOException {
        boolean camundas = hasCamundasForm(PlainPathsFilter.plain(request));
        response.setStatus(status);
        if (LATER.contains(status)) {
            response.setHeader(HttpHeaders.RETRY_AFTER, SECONDS);
        }
        response.setContentType(camundas ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(JSON.writeValueAsBytes(camundas ? inCamundasForm(sentence) : of(status, sentence)));
    }
}
