package org.signonflow.security;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which of the engine's many ways to change something are open to people, over REST and the web applications alike. Around a task lead
 * modification, migration, variables, signals, deletion of jobs and more; what is not listed here is shut, whatever the engine would
 * authorise. An administrator may open them over REST with {@code signonflow.security.administration}.
 */
class Doors extends OncePerRequestFilter {

    /** More than a start or a decision has; many more would take many times the body's size as a tree, here and in the engine. */
    private static final int MOST_TOKENS = 10_000;
    private static final int LONGEST_NAME = 100;
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private static final Set<String> START = Set.of("variables", "businessKey", "withVariablesInReturn");
    private static final Set<String> DECIDE = Set.of("variables", "withVariablesInReturn");
    private static final Set<String> CORRELATE = Set.of("messageName", "processInstanceId", "businessKey", "resultEnabled");
    private static final Set<String> RETRY = Set.of("retries", "dueDate");
    private static final Set<String> DECISION = Set.of("decision", "comment", "leaveOut");
    /** The variable that may be a file: the list of a roll-out. */
    private static final String FILE = "list";
    private static final Set<String> PLAIN = Set.of("", "string", "boolean", "short", "integer", "long", "double", "number", "null");

    /** A way to change something: method and path as a pattern, the members that the body may have, and which variables, null for any. */
    private record Door(Pattern call, Set<String> members, Set<String> variables) {
        Door(String call) {
            this(Pattern.compile(call), null, null);
        }
    }

    private static final List<Door> OPEN = List.of(
        new Door(Pattern.compile("POST /process-definition/(key/)?[^/]+/(start|submit-form)"), START, null),
        new Door(Pattern.compile("POST /task/[^/]+/(complete|submit-form)"), DECIDE, DECISION),
        new Door("POST /task/[^/]+/(claim|unclaim)"),
        new Door(Pattern.compile("POST /task/[^/]+/comment/create"), Set.of("message"), null),
        new Door(Pattern.compile("POST /message"), CORRELATE, null),
        new Door(Pattern.compile("PUT /job/[^/]+/retries"), RETRY, null),
        // Who may do these, the engine's authorisations say.
        new Door("(POST|PUT|DELETE) /(user|group|tenant|authorization|filter)/.+"),
        new Door("POST /identity/password-policy"));

    /** Parts of the engine that are switched off in application.yml. What is left fails with 500, but for a count that Cockpit asks for. */
    private static final Pattern OFF = Pattern.compile("(?!/case-definition/count$)/(history/)?(case-[a-z-]+|metrics)(/.*)?");

    /** Queries that are sent by POST change nothing. */
    private static final Pattern QUERY = Pattern.compile("POST /(history/)?(task|process-instance|process-definition|execution|"
        + "variable-instance|job|job-definition|incident|external-task|deployment|decision-definition|decision-instance|activity-instance|"
        + "detail|event-subscription|batch|user|group|job-log|user-operation|filter/[^/]+)(/(count|list|singleResult))?");

    private final boolean administration;
    private final ObjectMapper json = new ObjectMapper();

    Doors(boolean administration) {
        this.administration = administration;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        boolean rest = path.startsWith("/engine-rest/");
        String below = path.replaceFirst("^/(engine-rest(/engine/[^/]+)?|camunda/api/engine/engine/[^/]+)", "");
        if (OFF.matcher(below).matches()) {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, "This part of the engine is switched off.");
            return;
        }
        // The rest of the web applications' own interface is their login and queries for their pages.
        if (SAFE_METHODS.contains(request.getMethod()) || !rest && !path.startsWith("/camunda/api/engine/")
            || rest && administration && isAdministrator()) {
            chain.doFilter(request, response);
            return;
        }
        String call = request.getMethod() + " " + below;
        if (QUERY.matcher(call).matches()) {
            chain.doFilter(request, response);
            return;
        }
        Door door = OPEN.stream().filter(one -> one.call().matcher(call).matches()).findFirst().orElse(null);
        if (door == null) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "This way to change something is shut.");
        } else if (door.members() == null) {
            chain.doFilter(request, response);
        } else {
            String problem = problem(RequestBody.bytes(request), door);
            if (problem == null) {
                chain.doFilter(request, response);
            } else {
                refuse(response, HttpServletResponse.SC_BAD_REQUEST, problem);
            }
        }
    }

    private static boolean isAdministrator() {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        return who != null && who.getAuthorities().stream().anyMatch(group -> Roles.ADMINISTRATORS.equals(group.getAuthority()));
    }

    private String problem(byte[] body, Door door) {
        JsonNode given;
        try {
            if (hasTooManyTokens(body)) {
                return "The body has too many members.";
            }
            given = body.length == 0 ? json.createObjectNode() : tree(body);
        } catch (IOException notJson) {
            return "The body must be JSON.";
        }
        if (given == null || !given.isObject()) {
            return "The body must be a JSON object.";
        }
        String members = unknown(given, door.members());
        String variables = door.variables() == null ? null : unknown(given.path("variables"), door.variables());
        if (door.members() == CORRELATE && !"RollBack".equals(given.path("messageName").asText())) {
            return "messageName: must be RollBack.";
        }
        // The engine says the rest.
        if (door.members() == RETRY && !(given.path("retries").isInt() && given.path("retries").intValue() >= 0)) {
            return "retries: must be 1.";
        }
        for (Map.Entry<String, JsonNode> named : given.path("variables").properties()) {
            JsonNode variable = named.getValue();
            String type = variable.path("type").asText("");
            boolean list = named.getKey().equals(FILE) && type.equalsIgnoreCase("file") && door.members() == START;
            if (!list && !PLAIN.contains(type.toLowerCase(Locale.ROOT))) {
                return "Variables must be plain texts, numbers or truth values, not of type %s.".formatted(printable(type));
            }
            // Would leave no trace in the history.
            if (variable.path("valueInfo").path("transient").asBoolean()) {
                return "Variables must not be transient.";
            }
        }
        return members != null ? members : variables;
    }

    private boolean hasTooManyTokens(byte[] body) throws IOException {
        try (JsonParser parser = json.createParser(body)) {
            int tokens = 0;
            while (parser.nextToken() != null && tokens <= MOST_TOKENS) {
                tokens++;
            }
            return tokens > MOST_TOKENS;
        }
    }

    /** The body; of a large one without the variables' values, the list of a roll-out being one of them. */
    private JsonNode tree(byte[] body) throws IOException {
        if (body.length <= RequestLimits.LARGEST) {
            return json.readTree(body);
        }
        try (JsonParser parser = new JsonParserDelegate(json.createParser(body)) {
            @Override
            public String getText() throws IOException {
                return "value".equals(currentName()) ? "" : super.getText();
            }
        }) {
            return json.readTree(parser);
        }
    }

    private static String unknown(JsonNode given, Set<String> allowed) {
        for (Iterator<Map.Entry<String, JsonNode>> fields = given.fields(); fields.hasNext();) {
            String name = fields.next().getKey();
            if (!allowed.contains(name)) {
                return "%s: is not taken here; allowed are %s.".formatted(printable(name),
                    String.join(", ", new TreeSet<>(allowed)));
            }
        }
        return null;
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_NAME)).replaceAll("[^\\w.-]", "?");
    }

    private void refuse(HttpServletResponse response, int status, String sentence) throws IOException {
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        json.writeValue(response.getOutputStream(), Map.of("type", "InvalidRequestException", "message", sentence));
    }
}
