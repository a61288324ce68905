package org.signonflow.sandbox;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers for PingOne's two hosts, the API and the token endpoint, applying any fault that is due. */
final class ApiServlet extends HttpServlet {

    private static final Logger log = LoggerFactory.getLogger(ApiServlet.class);
    private static final Pattern API = Pattern.compile("/v1/environments/([^/]+)(/.*)?");
    private static final Pattern TOKEN = Pattern.compile("/([^/]+)(/as/token)");
    private static final int LARGEST_BODY = 1 << 20;
    private static final byte[] GARBAGE = "{\"id\":\"garbled\",\"_links\":{\"self\":".getBytes(StandardCharsets.UTF_8);

    private final transient PingOneState state;
    private final transient Api api;
    private final transient Tokens tokens;
    private final transient Quota quota;
    private final transient Ledger ledger;
    private final transient Faults faults;

    ApiServlet(PingOneState state, Tokens tokens, Quota quota, Ledger ledger, Faults faults) {
        this.state = state;
        this.api = new Api(state);
        this.tokens = tokens;
        this.quota = quota;
        this.ledger = ledger;
        this.faults = faults;
    }

    /** Which PingOne host the call is for, which environment, and what in it. */
    private record Target(boolean token, String environment, String path) {

        static Target of(String uri) {
            Matcher call = TOKEN.matcher(uri);
            boolean token = call.matches();
            if (!token) {
                call = API.matcher(uri);
            }
            return token || call.matches()
                    ? new Target(token, call.group(1), call.group(2) == null ? "/" : call.group(2))
                    : new Target(false, null, uri);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = UUID.randomUUID().toString();
        mark(response, id);
        String query = request.getQueryString();
        Ledger.Entry entry = ledger.arrived(request.getMethod(),
                request.getRequestURI() + (query == null ? "" : "?" + Json.redactedParameters(query)),
                request.getHeader("X-Ping-External-Transaction-ID"), id);
        byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
        entry.read(body);
        Target target = Target.of(request.getRequestURI());

        long wait = target.token ? 0 : quota.secondsUntilRoom();
        if (wait > 0) {
            send(response, entry, Problem.of(429, null).reply(id).with(Map.of("Retry-After", String.valueOf(wait))));
            return;
        }
        Fault fault = faults.strike(request.getMethod(), target.path);
        if (fault == null) {
            send(response, entry, answer(request, target, body, entry, true));
            return;
        }
        entry.struckBy(fault.toString());
        boolean before = fault.when == Fault.When.BEFORE;
        if (before) {
            pause(fault.delayMillis());
            if (fault.effect == Fault.Effect.REVOKE_TOKEN) {
                tokens.revokeAll();
            }
        }
        boolean forestalled = before && (fault.effect == Fault.Effect.STATUS || fault.effect == Fault.Effect.DROP);
        // To spoil the reply without making the change, the change is made and then reverted.
        Reply reply = forestalled ? null : answer(request, target, body, entry, !(before && fault.effect.spoilsReply()));
        if (!before) {
            pause(fault.delayMillis());
            if (fault.effect == Fault.Effect.REVOKE_TOKEN) {
                tokens.revokeAll();
            }
        }
        if (fault.effect == Fault.Effect.DROP) {
            HangUp.on(request);
            return;
        }
        if (fault.effect == Fault.Effect.STATUS) {
            reply = fault.reply(id);
        }
        reply = reply.with(fault.headers());
        switch (fault.effect) {
            case CUT -> cut(request, response, entry, reply.body() == null ? spoilt(reply) : reply);
            case GARBLE -> send(response, entry, (reply.body() == null ? spoilt(reply) : reply).withBody(GARBAGE));
            case EMPTY -> send(response, entry, (reply.body() == null ? spoilt(reply) : reply).withBody(null));
            default -> send(response, entry, reply);
        }
    }

    /** The regular answer to a request; its effect on the state is kept only if wanted. */
    private Reply answer(HttpServletRequest request, Target target, byte[] body, Ledger.Entry entry, boolean keep) {
        String id = entry.correlationId();
        String method = request.getMethod();
        try {
            if (body.length > LARGEST_BODY) {
                throw Problem.of(413, null);
            }
            if (target.environment == null || target.token && !target.environment.equals(Sandbox.ENVIRONMENT_ID)) {
                throw Problem.notFound();
            }
            String authorization = request.getHeader("Authorization");
            if (target.token) {
                return method.equals("POST") ? tokens.issue(authorization, body, id) : notAllowed(id, List.of("POST"));
            }
            if (!tokens.good(authorization)) {
                throw Problem.noAccess();
            }
            if (!target.environment.equals(Sandbox.ENVIRONMENT_ID)) {
                throw Problem.notFound();
            }
            Api.Call call = new Api.Call(method, target.path, request::getParameter, origin(request));
            List<String> allowed = api.methods(call);
            if (!allowed.contains(method)) {
                return notAllowed(id, allowed);
            }
            ObjectNode object = !method.equals("POST") && !method.equals("PUT") ? null
                    : target.path.equals("/images") ? Images.read(request.getContentType(), body)
                    : body.length == 0 && target.path.endsWith("/secret") ? Json.object() : object(request, body);
            synchronized (state) {
                Object mark = state.mark();
                Reply reply = api.answer(call, object);
                if (!keep) {
                    state.backTo(mark);
                } else if (object != null || method.equals("DELETE")) {
                    entry.committed();
                }
                return reply;
            }
        } catch (Problem problem) {
            return problem.reply(id);
        } catch (RuntimeException e) {
            log.error("The sandbox failed at {} {}", method, target.path, e);
            return Problem.of(500, null).reply(id);
        }
    }

    /** What can be cut or garbled in place of a 204, which has nothing to spoil, and would confirm what was not done. */
    private static Reply spoilt(Reply nothing) {
        return new Reply(200, GARBAGE, nothing.headers());
    }

    private static Reply notAllowed(String id, List<String> allowed) {
        return Problem.of(405, null).reply(id).with(Map.of("Allow", String.join(", ", allowed)));
    }

    private static ObjectNode object(HttpServletRequest request, byte[] body) {
        MediaType type;
        try {
            type = MediaType.parseMediaType(String.valueOf(request.getContentType()));
        } catch (IllegalArgumentException e) {
            throw Problem.of(415, null);
        }
        if (!MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
            throw Problem.of(415, null);
        }
        try {
            JsonNode node = Json.parse(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // Reported below, like JSON that is not an object.
        }
        throw Problem.malformed(List.of());
    }

    private static String origin(HttpServletRequest request) {
        StringBuffer url = request.getRequestURL();
        return url.substring(0, url.length() - request.getRequestURI().length());
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void mark(HttpServletResponse response, String correlationId) {
        response.setHeader("Correlation-Id", correlationId);
        response.setHeader("X-Signonflow-Sandbox", "true");
    }

    private static void send(HttpServletResponse response, Ledger.Entry entry, Reply reply) throws IOException {
        entry.replying(reply.status(), true);
        try {
            send(response, reply);
        } catch (IOException e) {
            entry.replyLost();
            throw e;
        }
    }

    static void send(HttpServletResponse response, Reply reply) throws IOException {
        head(response, reply);
        if (reply.body() != null) {
            response.getOutputStream().write(reply.body());
        }
        response.flushBuffer();
    }

    private static void cut(HttpServletRequest request, HttpServletResponse response, Ledger.Entry entry, Reply reply) throws IOException {
        entry.replying(reply.status(), false);
        head(response, reply);
        if (reply.body() != null) {
            response.getOutputStream().write(Arrays.copyOf(reply.body(), reply.body().length / 2));
        }
        response.flushBuffer();
        HangUp.on(request);
    }

    private static void head(HttpServletResponse response, Reply reply) {
        response.setStatus(reply.status());
        reply.headers().forEach(response::setHeader);
        if (reply.body() != null) {
            response.setContentType("application/json");
            response.setContentLength(reply.body().length);
        } else if (reply.status() != 204) {
            response.setContentLength(0);
        }
    }
}
