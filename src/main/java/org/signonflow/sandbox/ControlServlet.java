package org.signonflow.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.UUID;

/** The control under {@code /sandbox}: what is there, what was asked, and what is to go wrong. For callers on the same machine only. */
final class ControlServlet extends HttpServlet {

    private static final int LARGEST_FAULT = 1 << 16;

    private final transient PingOneState state;
    private final transient Ledger ledger;
    private final transient Faults faults;

    ControlServlet(PingOneState state, Ledger ledger, Faults faults) {
        this.state = state;
        this.ledger = ledger;
        this.faults = faults;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ApiServlet.mark(response, UUID.randomUUID().toString());
        ApiServlet.send(response, InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()
                ? answer(request)
                : sentence(403, "The control of the sandbox answers callers on the same machine only."));
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
                        "There is no " + what + " here, only GET state, GET ledger, POST reset and GET, POST or DELETE faults.");
        }
    }

    private Reply addFault(HttpServletRequest request) throws IOException {
        JsonNode given;
        try {
            // What is longer is cut, and no JSON then.
            given = Json.parse(request.getInputStream().readNBytes(LARGEST_FAULT));
        } catch (IOException e) {
            return sentence(400, "A fault is a JSON object, and this is not JSON.");
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
