package org.signonflow.security.gate;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.security.login.Site;
import org.signonflow.security.setup.Roles;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which of the engine's many ways to change something are open to people, over REST and the web applications alike. Around a task lead
 * modification, migration, variables, signals, deletion of jobs and more; what is not listed here is disabled, whatever the engine would
 * authorise. An administrator may open them over REST with {@code signonflow.security.administration}.
 */
class ApiAllowlist extends OncePerRequestFilter {

    /** More than a start or a decision has; many more would take many times the body's size as a tree, here and in the engine. */
    private static final int MOST_TOKENS = 10_000;
    private static final int LONGEST_NAME = 100;

    private static final Set<String> START = Set.of("variables", "businessKey", "withVariablesInReturn");
    private static final Set<String> DECIDE = Set.of("variables", "withVariablesInReturn");
    private static final List<String> CORRELATED_BY = List.of("processInstanceId", "businessKey");
    private static final Set<String> CORRELATE = Set.of("messageName", "processInstanceId", "businessKey", "resultEnabled");
    private static final Set<String> RETRY = Set.of("retries", "dueDate");
    private static final List<String> TRUTH_VALUES = List.of("withVariablesInReturn", "resultEnabled");
    private static final Set<String> DECISION = Set.of("decision", "comment", "leaveOut");
    /** The variable that may be a file: the list of a roll-out. */
    private static final String FILE = "list";
    private static final Set<String> PLAIN = Set.of("string", "boolean", "short", "integer", "long", "double", "number", "null");

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
    /** Strict: the engine's own reader must not find another meaning in a body than the one that was checked here. */
    private final JsonMapper json = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    ApiAllowlist(boolean administration) {
        this.administration = administration;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = PlainPathsFilter.plain(request);
        boolean rest = path.startsWith("/engine-rest/");
        String below = path.replaceFirst("^/(engine-rest(/engine/[^/]+)?|camunda/api/engine/engine/[^/]+)", "");
        if (OFF.matcher(below).matches()) {
            Refusal.write(request, response, HttpServletResponse.SC_NOT_FOUND, "This part of the engine is switched off.");
            return;
        }
        // The rest of the web applications' own interface is their login and queries for their pages.
        if (Site.SAFE_METHODS.contains(request.getMethod()) || !rest && !path.startsWith("/camunda/api/engine/")
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
            Refusal.write(request, response, HttpServletResponse.SC_FORBIDDEN, "This operation is disabled.");
        } else if (door.members() == null) {
            chain.doFilter(request, response);
        } else {
            String problem = problem(RequestBody.bytes(request), door);
            if (problem == null) {
                chain.doFilter(request, response);
            } else {
                Refusal.write(request, response, HttpServletResponse.SC_BAD_REQUEST, problem);
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
        } catch (JacksonException notJson) {
            return "The body must be JSON, with no member twice.";
        }
        if (given == null || !given.isObject()) {
            return "The body must be a JSON object.";
        }
        String members = unknown(given, door.members());
        String variables = door.variables() == null ? null : unknown(given.path("variables"), door.variables());
        if (door.members() == CORRELATE && !"RollBack".equals(given.path("messageName").asString(""))) {
            return "messageName: must be RollBack.";
        }
        // The engine would take whatever it finds, if that is one.
        if (door.members() == CORRELATE && CORRELATED_BY.stream().allMatch(one -> given.path(one).asString("").isBlank())) {
            return "processInstanceId: is required, or businessKey.";
        }
        // The engine says the rest.
        if (door.members() == RETRY && !(given.path("retries").isInt() && given.path("retries").intValue() >= 0)) {
            return "retries: must be 1.";
        }
        for (String member : TRUTH_VALUES) {
            if (given.hasNonNull(member) && !given.path(member).isBoolean()) {
                return "%s: must be true or false.".formatted(member);
            }
        }
        if (given.hasNonNull("variables") && !given.path("variables").isObject()) {
            return "variables: must be an object.";
        }
        for (Map.Entry<String, JsonNode> named : given.path("variables").properties()) {
            String problem = problem(named.getKey(), named.getValue(), door);
            if (problem != null) {
                return problem;
            }
        }
        return members != null ? members : variables;
    }

    private boolean hasTooManyTokens(byte[] body) {
        try (JsonParser parser = json.createParser(body)) {
            int tokens = 0;
            while (parser.nextToken() != null && tokens <= MOST_TOKENS) {
                tokens++;
            }
            return tokens > MOST_TOKENS;
        }
    }

    /** The body; of a large one without the variables' values, the list of a roll-out being one of them: whether it is Base64 is all. */
    private JsonNode tree(byte[] body) {
        if (body.length <= RequestLimits.LARGEST) {
            return json.readTree(body);
        }
        try (JsonParser parser = new JsonParserDelegate(json.createParser(body)) {
            @Override
            public String getString() {
                if (!"value".equals(currentName()) || !hasToken(JsonToken.VALUE_STRING)) {
                    return super.getString();
                }
                CharBuffer value = CharBuffer.wrap(getStringCharacters(), getStringOffset(), getStringLength());
                return value.chars().allMatch(ApiAllowlist::isBase64) ? "" : "?";
            }
        }) {
            return json.readTree(parser);
        }
    }

    private static String problem(String name, JsonNode variable, Door door) {
        String shown = printable(name);
        if (!variable.isObject()) {
            return "%s: must be an object with a value, such as {\"value\": \"x\"}.".formatted(shown);
        }
        String type = variable.hasNonNull("type") ? variable.get("type").asString("") : "string";
        boolean list = name.equals(FILE) && type.equalsIgnoreCase("file") && door.members() == START;
        if (!list && !PLAIN.contains(type.toLowerCase(Locale.ROOT))) {
            return "%s: must be a plain text, number or truth value, not of type %s.".formatted(shown, printable(type));
        }
        if (list && !isFile(variable)) {
            return "%s: must be a file, as {\"type\": \"File\", \"value\": its content in Base64, \"valueInfo\": {\"filename\": its name}}."
                .formatted(shown);
        }
        if (type.equalsIgnoreCase("boolean") && variable.hasNonNull("value")
            && !List.of("true", "false").contains(variable.path("value").asString(""))) {
            return "%s: must be true or false.".formatted(shown);
        }
        // Would leave no trace in the history.
        JsonNode isTransient = variable.path("valueInfo").path("transient");
        return isTransient.isMissingNode() || isTransient.isBoolean() && !isTransient.booleanValue() ? null
            : "%s: must not be transient.".formatted(shown);
    }

    private static boolean isFile(JsonNode variable) {
        JsonNode info = variable.path("valueInfo");
        return variable.path("value").isString() && variable.path("value").stringValue().chars().allMatch(ApiAllowlist::isBase64)
            && info.path("filename").isString() && isTextIfThere(info, "mimeType") && isTextIfThere(info, "encoding");
    }

    /** What the engine's decoder does not know it skips, and what was meant is lost. */
    private static boolean isBase64(int character) {
        return character < 128 && (Character.isLetterOrDigit(character) || "+/-_=\r\n".indexOf(character) >= 0);
    }

    private static boolean isTextIfThere(JsonNode info, String member) {
        return !info.has(member) || info.path(member).isString();
    }

    private static String unknown(JsonNode given, Set<String> allowed) {
        for (String name : given.propertyNames()) {
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
}
