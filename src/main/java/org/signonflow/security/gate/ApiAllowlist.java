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
 * Which of the engine's changing operations people may call, through REST and the web applications alike. Modification, migration,
 * variables, signals, job deletion and more would get around an approval task, so everything not listed here is disabled, whatever the
 * engine would authorise. {@code signonflow.security.administration} opens them to administrators over REST.
 */
class ApiAllowlist extends OncePerRequestFilter {

    /**
     * More than any start or decision needs; far more would cost many times the body's size in memory once parsed, here and in the engine.
     */
    private static final int MOST_TOKENS = 10_000;
    private static final int LONGEST_NAME = 100;

    private static final Set<String> START = Set.of("variables", "businessKey", "withVariablesInReturn");
    private static final Set<String> DECIDE = Set.of("variables", "withVariablesInReturn");
    private static final List<String> CORRELATED_BY = List.of("processInstanceId", "businessKey");
    private static final Set<String> CORRELATE = Set.of("messageName", "processInstanceId", "businessKey", "resultEnabled");
    private static final Set<String> RETRY = Set.of("retries", "dueDate");
    private static final List<String> BOOLEANS = List.of("withVariablesInReturn", "resultEnabled");
    private static final Set<String> DECISION = Set.of("decision", "comment", "leaveOut");
    /** The only variable that may be a file: the list of a roll-out. */
    private static final String FILE = "list";
    private static final Set<String> PLAIN = Set.of("string", "boolean", "short", "integer", "long", "double", "number", "null");

    /** An allowed operation: method and path as a pattern, the members the body may have, and the variables it may set; null for any. */
    private record Operation(Pattern call, Set<String> members, Set<String> variables) {
        Operation(String call) {
            this(Pattern.compile(call), null, null);
        }
    }

    private static final List<Operation> ALLOWED = List.of(
        new Operation(Pattern.compile("POST /process-definition/(key/)?[^/]+/(start|submit-form)"), START, null),
        new Operation(Pattern.compile("POST /task/[^/]+/(complete|submit-form)"), DECIDE, DECISION),
        new Operation("POST /task/[^/]+/(claim|unclaim)"),
        new Operation(Pattern.compile("POST /task/[^/]+/comment/create"), Set.of("message"), null),
        new Operation(Pattern.compile("POST /message"), CORRELATE, null),
        new Operation(Pattern.compile("PUT /job/[^/]+/retries"), RETRY, null),
        // The engine's authorisations decide who may call these.
        new Operation("(POST|PUT|DELETE) /(user|group|tenant|authorization|filter)/.+"),
        new Operation("POST /identity/password-policy"));

    /** Parts of the engine that application.yml switches off. Their REST resources would answer 500, except a count that Cockpit needs. */
    private static final Pattern OFF = Pattern.compile("(?!/case-definition/count$)/(history/)?(case-[a-z-]+|metrics)(/.*)?");

    /** Queries sent by POST, which change nothing. */
    private static final Pattern QUERY = Pattern.compile("POST /(history/)?(task|process-instance|process-definition|execution|"
        + "variable-instance|job|job-definition|incident|external-task|deployment|decision-definition|decision-instance|activity-instance|"
        + "detail|event-subscription|batch|user|group|job-log|user-operation|filter/[^/]+)(/(count|list|singleResult))?");

    private final boolean administration;
    /** Strict: the engine's own parser must not read a body differently from how it was checked here. */
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
            Refusal.write(request, response, HttpServletResponse.SC_NOT_FOUND, "This part of the engine is disabled.");
            return;
        }
        // The rest of the web applications' own API is their login and the queries of their pages.
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
        Operation operation = ALLOWED.stream().filter(one -> one.call().matcher(call).matches()).findFirst().orElse(null);
        if (operation == null) {
            Refusal.write(request, response, HttpServletResponse.SC_FORBIDDEN, "This operation is disabled.");
        } else if (operation.members() == null) {
            chain.doFilter(request, response);
        } else {
            String problem = problem(RequestBody.bytes(request), operation);
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

    private String problem(byte[] body, Operation operation) {
        JsonNode given;
        try {
            if (hasTooManyTokens(body)) {
                return "The body has too many members.";
            }
            given = body.length == 0 ? json.createObjectNode() : tree(body);
        } catch (JacksonException notJson) {
            return "The body must be JSON without duplicate members.";
        }
        if (given == null || !given.isObject()) {
            return "The body must be a JSON object.";
        }
        String members = unknown(given, operation.members());
        String variables = operation.variables() == null ? null : unknown(given.path("variables"), operation.variables());
        if (operation.members() == CORRELATE && !"RollBack".equals(given.path("messageName").asString(""))) {
            return "messageName: must be RollBack.";
        }
        // Without either, the engine would correlate with any single match.
        if (operation.members() == CORRELATE && CORRELATED_BY.stream().allMatch(one -> given.path(one).asString("").isBlank())) {
            return "processInstanceId: either this or businessKey is required.";
        }
        // The engine validates the rest.
        if (operation.members() == RETRY && !(given.path("retries").isInt() && given.path("retries").intValue() >= 0)) {
            return "retries: must be 1.";
        }
        for (String member : BOOLEANS) {
            if (given.hasNonNull(member) && !given.path(member).isBoolean()) {
                return "%s: must be true or false.".formatted(member);
            }
        }
        if (given.hasNonNull("variables") && !given.path("variables").isObject()) {
            return "variables: must be an object.";
        }
        for (Map.Entry<String, JsonNode> named : given.path("variables").properties()) {
            String problem = problem(named.getKey(), named.getValue(), operation);
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

    /** The parsed body. Values in a large one, such as the list of a roll-out, are not kept but only checked for being Base64. */
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

    private static String problem(String name, JsonNode variable, Operation operation) {
        String shown = printable(name);
        if (!variable.isObject()) {
            return "%s: must be an object with a value, such as {\"value\": \"x\"}.".formatted(shown);
        }
        String type = variable.hasNonNull("type") ? variable.get("type").asString("") : "string";
        boolean list = name.equals(FILE) && type.equalsIgnoreCase("file") && operation.members() == START;
        if (!list && !PLAIN.contains(type.toLowerCase(Locale.ROOT))) {
            return "%s: must be a string, number or boolean, not of type %s.".formatted(shown, printable(type));
        }
        if (list && !isFile(variable)) {
            return "%s: must be a file, such as {\"type\": \"File\", \"value\": <Base64 content>, \"valueInfo\": {\"filename\": <name>}}."
                .formatted(shown);
        }
        if (type.equalsIgnoreCase("boolean") && variable.hasNonNull("value")
            && !List.of("true", "false").contains(variable.path("value").asString(""))) {
            return "%s: must be true or false.".formatted(shown);
        }
        // A transient variable would leave no trace in the history.
        JsonNode isTransient = variable.path("valueInfo").path("transient");
        return isTransient.isMissingNode() || isTransient.isBoolean() && !isTransient.booleanValue() ? null
            : "%s: must not be transient.".formatted(shown);
    }

    private static boolean isFile(JsonNode variable) {
        JsonNode info = variable.path("valueInfo");
        return variable.path("value").isString() && variable.path("value").stringValue().chars().allMatch(ApiAllowlist::isBase64)
            && info.path("filename").isString() && isTextIfThere(info, "mimeType") && isTextIfThere(info, "encoding");
    }

    /** The engine's decoder silently skips any other character, which would corrupt the content. */
    private static boolean isBase64(int character) {
        return character < 128 && (Character.isLetterOrDigit(character) || "+/-_=\r\n".indexOf(character) >= 0);
    }

    private static boolean isTextIfThere(JsonNode info, String member) {
        return !info.has(member) || info.path(member).isString();
    }

    private static String unknown(JsonNode given, Set<String> allowed) {
        for (String name : given.propertyNames()) {
            if (!allowed.contains(name)) {
                return "%s: is not allowed here; allowed are %s.".formatted(printable(name),
                    String.join(", ", new TreeSet<>(allowed)));
            }
        }
        return null;
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_NAME)).replaceAll("[^\\w.-]", "?");
    }
}
