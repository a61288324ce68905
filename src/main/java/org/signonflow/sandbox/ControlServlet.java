package org.signonflow.sandbox;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The control API under {@code /sandbox}: state, ledger and faults. Only for callers on the same machine, and not for web pages open in a
 * browser there: those send an {@code Origin}, cannot send JSON without a preflight, and would need their own host name to resolve to this
 * machine.
 */
final class ControlServlet extends HttpServlet {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int LARGEST_BODY = 1 << 16;

    private final transient PingOneState state;
    private final transient Ledger ledger;
    private final transient Faults faults;
    private final List<String> hostNames;

    ControlServlet(PingOneState state, Ledger ledger, Faults faults, List<String> hostNames) {
        this.state = state;
        this.ledger = ledger;
        this.faults = faults;
        this.hostNames = hostNames;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ApiServlet.mark(response, UUID.randomUUID().toString());
        Reply refusal = refusal(request);
        ApiServlet.send(response, refusal == null ? answer(request) : refusal);
    }

    private Reply refusal(HttpServletRequest request) throws IOException {
        String host = request.getServerName().toLowerCase(Locale.ROOT);
        if (!InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
            return sentence(403, "The sandbox's control API only answers callers on the same machine.");
        }
        if (!LOOPBACK.contains(host) && !hostNames.contains(host)) {
            return sentence(421, "The sandbox's control API only answers to localhost, 127.0.0.1, [::1] and the names in"
                    + " signonflow.sandbox.host-names.");
        }
        if (request.getHeader("Origin") != null) {
            return sentence(403, "The sandbox's control API does not answer web pages.");
        }
        boolean body = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        return !body || isJson(request.getContentType()) ? null : sentence(415, "The content type of the body must be application/json.");
    }

    private static boolean isJson(String type) {
        return type != null && type.split(";")[0].strip().equalsIgnoreCase(MediaType.APPLICATION_JSON_VALUE);
    }

    private Reply answer(HttpServletRequest request) throws IOException {
        String what = request.getMethod() + " " + request.getPathInfo();
        switch (what) {
            case "GET /state":
                return Reply.of(200, state.everything());
            case "GET /ledger":
                return Reply.of(200, ledger.entries(request.getParameter("externalTransactionId")));
            case "POST /reset":
                faults.clear();
                state.reset();
                ledger.clear();
                return Reply.nothing();
            case "GET /faults":
                return Reply.of(200, faults.list());
            case "POST /faults":
                return addFault(request);
            case "DELETE /faults":
                faults.clear();
                return Reply.nothing();
            default:
                if (what.startsWith("DELETE /faults/") && faults.remove(what.substring("DELETE /faults/".length()))) {
                    return Reply.nothing();
                }
                return sentence(404,
                        "There is no " + what + " here, only GET state, GET ledger, POST reset, and GET, POST or DELETE faults.");
        }
    }

    private Reply addFault(HttpServletRequest request) throws IOException {
        JsonNode given;
        try {
            // A longer body is cut and so is no longer valid JSON.
            given = Json.parse(request.getInputStream().readNBytes(LARGEST_BODY));
        } catch (JacksonException e) {
            return sentence(400, "A fault must be a JSON object, but this is not JSON.");
        }
        try {
            return Reply.of(201, faults.add(given));
        } catch (IllegalArgumentException e) {
            return sentence(400, e.getMessage());
        }
    }

    private static Reply sentence(int status, String message) {
        return Reply.of(status, Json.object().put("message", message));
    }
}
