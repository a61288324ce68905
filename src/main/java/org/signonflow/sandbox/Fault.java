package org.signonflow.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One way in which the sandbox should misbehave, and how often it has. Not thread-safe; {@link Faults} synchronises. */
final class Fault {

    enum When { BEFORE, AFTER }

    enum Effect {
        /** Sends this status instead of the reply. */
        STATUS,
        /** Pauses, then continues as usual. */
        DELAY,
        /** Closes the connection without a reply. */
        DROP,
        /** Sends the whole header and half the body of the reply, then closes the connection. */
        CUT,
        /** Sends the reply's status with a body that is not JSON. */
        GARBLE,
        /** Sends the reply's status without a body. */
        EMPTY,
        /** Revokes every token issued so far. */
        REVOKE_TOKEN;

        /** Whether it spoils the call's own reply, so that there has to be one. */
        boolean spoilsReply() {
            return this == CUT || this == GARBLE || this == EMPTY;
        }
    }

    private static final Set<String> MEMBERS = Set.of("method", "path", "skip", "times", "probability", "seed", "when", "effect", "status",
            "code", "headers", "delayMillis");
    private static final Pattern ID = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final int DEFAULT_STATUS = 503;
    private static final int DEFAULT_DELAY = 1000;
    private static final int LONGEST_DELAY = 600_000;

    final Effect effect;
    final When when;
    private final ObjectNode asGiven;
    private final String method;
    private final String path;
    private final int skip;
    private final int times;
    private final double probability;
    private final Random random;
    private final int status;
    private final String code;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final int delayMillis;
    private int matched;
    private int struck;

    /** @throws IllegalArgumentException with a message if it is not a valid fault */
    Fault(JsonNode given) {
        require(given instanceof ObjectNode, "A fault must be a JSON object.");
        asGiven = ((ObjectNode) given).deepCopy();
        asGiven.propertyNames().forEach(name -> require(MEMBERS.contains(name), "A fault has no member '" + name + "'."));
        effect = choice("effect", Effect.class, null);
        require(effect != null, "'effect' is required: status, delay, drop, cut, garble, empty or revoke-token.");
        // If the reply goes wrong, the change has usually been made; other effects come first by default.
        when = choice("when", When.class, effect.spoilsReply() ? When.AFTER : When.BEFORE);
        method = text("method");
        path = text("path") == null || text("path").startsWith("/") ? text("path") : "/" + text("path");
        skip = whole("skip", 0, 0, Integer.MAX_VALUE);
        times = whole("times", 1, 1, Integer.MAX_VALUE);
        status = whole("status", DEFAULT_STATUS, 200, 599);
        code = text("code");
        delayMillis = whole("delayMillis", effect == Effect.DELAY ? DEFAULT_DELAY : 0, 0, LONGEST_DELAY);
        JsonNode chance = asGiven.path("probability");
        probability = chance.isMissingNode() ? 1 : chance.isNumber() ? chance.numberValue().doubleValue() : 0;
        require(probability > 0 && probability <= 1, "'probability' must be a number greater than 0 and at most 1.");
        JsonNode seed = asGiven.path("seed");
        require(seed.isMissingNode() || seed.isIntegralNumber(), "'seed' must be a whole number.");
        random = seed.isMissingNode() ? new Random() : new Random(seed.numberValue().longValue());
        require(!asGiven.has("headers") || asGiven.get("headers").isObject(), "'headers' must be an object of names and values.");
        asGiven.path("headers").properties().forEach(header -> {
            require(header.getValue().isValueNode(), "The header '" + header.getKey() + "' must have a text as its value.");
            headers.put(header.getKey(), header.getValue().asString(""));
        });
    }

    /** Whether this request is hit. Counts the request, so it must be called only once. */
    boolean strikes(String requestMethod, String requestPath) {
        if (struck == times || !matches(requestMethod, requestPath) || matched++ < skip) {
            return false;
        }
        if (probability < 1 && random.nextDouble() >= probability) {
            return false;
        }
        struck++;
        return true;
    }

    int delayMillis() {
        return delayMillis;
    }

    /** Why it can never strike, as a sentence; null if it can. */
    String idle() {
        List<Route> reached = Route.ALL.stream().filter(route -> path == null || matches(steps(path), route.steps())).toList();
        if (reached.isEmpty()) {
            return "No path of the sandbox matches '" + path + "', so this fault never strikes. A path is what follows"
                    + " /v1/environments/{envID}, such as /applications/*/grants; * matches one segment, ** any number.";
        }
        Set<String> methods = reached.stream().flatMap(route -> route.methods().stream()).collect(Collectors.toCollection(TreeSet::new));
        return method == null || methods.contains(method.toUpperCase(Locale.ROOT)) ? null
                : "The matching paths do not support the method " + method + ", so this fault never strikes; they support "
                    + String.join(", ", methods) + ".";
    }

    /** The reply to give instead, for the effect {@link Effect#STATUS}. */
    Reply reply(String correlationId) {
        return Problem.of(status, code).reply(correlationId);
    }

    Map<String, String> headers() {
        return headers;
    }

    ObjectNode json() {
        ObjectNode json = asGiven.deepCopy();
        json.put("times", times).put("skip", skip).put("when", name(when));
        return json.put("matched", matched).put("struck", struck);
    }

    /** Its description in the ledger, such as {@code status 503 before}. */
    @Override
    public String toString() {
        return name(effect) + (effect == Effect.STATUS ? " " + status : "") + " " + name(when);
    }

    private boolean matches(String requestMethod, String requestPath) {
        return (method == null || method.equalsIgnoreCase(requestMethod)) && (path == null || matches(steps(path), steps(requestPath)));
    }

    private static String[] steps(String path) {
        return path.substring(1).split("/", -1);
    }

    /** Backtracks only to the last {@code **}, so that matching takes at most the product of both lengths. */
    private static boolean matches(String[] pattern, String[] steps) {
        int at = 0;
        int any = -1;
        int resumed = 0;
        for (int step = 0; step < steps.length;) {
            if (at < pattern.length && pattern[at].equals("**")) {
                any = at++;
                resumed = step;
            } else if (at < pattern.length && fits(pattern[at], steps[step])) {
                at++;
                step++;
            } else if (any >= 0) {
                at = any + 1;
                step = ++resumed;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at].equals("**")) {
            at++;
        }
        return at == pattern.length;
    }

    /** @param step null matches any id */
    private static boolean fits(String pattern, String step) {
        return pattern.equals("*") || (step == null ? ID.matcher(pattern).matches() : pattern.equals(step));
    }

    private String text(String name) {
        JsonNode value = asGiven.path(name);
        require(value.isMissingNode() || value.isString() && !value.stringValue().isBlank(), "'" + name + "' must be a text.");
        return value.stringValue(null);
    }

    private int whole(String name, int otherwise, int least, int most) {
        JsonNode value = asGiven.path(name);
        require(value.isMissingNode() || value.isIntegralNumber() && value.canConvertToInt()
                && value.intValue() >= least && value.intValue() <= most,
                "'" + name + "' must be a whole number from " + least + " to " + most + ".");
        return value.asInt(otherwise);
    }

    private <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (name(constant).equals(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + name + "' cannot be '" + value + "'.");
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
