package org.signonflow.sandbox;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.signonflow.sandbox.Problem.Detail;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules for one member of an object. Its path may lead through objects and lists, as in {@code applications[].autoEnrollment.enabled};
 * required members are required only if the enclosing object is present.
 */
final class Member {

    private enum Form { TEXT, WHOLE, FLAG, OBJECT, LIST }

    final String path;
    private final Form form;
    private final String[] steps;
    private boolean required;
    private boolean immutable;
    private boolean lasting;
    private boolean unique;
    private Set<String> values;
    private Pattern pattern;
    private long least = Long.MIN_VALUE;
    private long most = Long.MAX_VALUE;

    private Member(String path, Form form) {
        this.path = path;
        this.form = form;
        this.steps = path.split("\\.");
    }

    static Member text(String path) {
        return new Member(path, Form.TEXT);
    }

    static Member choice(String path, String... values) {
        Member member = text(path);
        member.values = new TreeSet<>(List.of(values));
        return member;
    }

    static Member whole(String path, long least, long most) {
        Member member = new Member(path, Form.WHOLE);
        member.least = least;
        member.most = most;
        return member;
    }

    static Member flag(String path) {
        return new Member(path, Form.FLAG);
    }

    static Member object(String path) {
        return new Member(path, Form.OBJECT);
    }

    static Member list(String path) {
        return new Member(path, Form.LIST);
    }

    /** Must be present and not empty. */
    Member required() {
        required = true;
        return this;
    }

    /** Cannot be changed, only cleared. */
    Member immutable() {
        immutable = true;
        return this;
    }

    /** Can be changed, but not cleared. */
    Member lasting() {
        lasting = true;
        return this;
    }

    /** Unique among objects with the same parent. */
    Member unique() {
        unique = true;
        return this;
    }

    Member matching(String regex) {
        pattern = Pattern.compile(regex);
        return this;
    }

    boolean isImmutable() {
        return immutable;
    }

    boolean isLasting() {
        return lasting;
    }

    boolean isUnique() {
        return unique;
    }

    /** The name of the outermost member of the path. */
    String root() {
        return steps[0].replace("[]", "");
    }

    /** The value of a path without lists, or null. */
    JsonNode in(ObjectNode object) {
        JsonNode value = object.at("/" + path.replace('.', '/'));
        return value.isMissingNode() || value.isNull() ? null : value;
    }

    /** Sets the value of a path without lists. */
    void put(ObjectNode object, JsonNode value) {
        ObjectNode parent = object;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = parent.withObjectProperty(steps[i]);
        }
        parent.set(steps[steps.length - 1], value);
    }

    /**
     * Validates the member in an object that was sent, and normalises it there.
     *
     * @param exactNumbers whether a fraction is refused rather than cut off. "PingOne API reference, Conventions": most services cut it
     *         off, the sign-on policy services refuse it.
     * @param malformed receives what cannot be parsed
     * @param invalid receives what is not allowed
     */
    void check(ObjectNode object, boolean exactNumbers, Collection<Detail> malformed, Collection<Detail> invalid) {
        visit(object, 0, "", exactNumbers, malformed, invalid);
    }

    private void visit(ObjectNode in, int step, String at, boolean exact, Collection<Detail> malformed, Collection<Detail> invalid) {
        boolean items = steps[step].endsWith("[]");
        String name = items ? steps[step].substring(0, steps[step].length() - 2) : steps[step];
        String target = at + name;
        boolean last = step == steps.length - 1;
        JsonNode value = in.get(name);
        if (value == null || value.isNull()) {
            if (last && required && !items) {
                invalid.add(Detail.required(target));
            }
        } else if (items) {
            if (!(value instanceof ArrayNode list)) {
                malformed.add(unreadable(target));
                return;
            }
            for (int i = 0; i < list.size(); i++) {
                if (last) {
                    int index = i;
                    checkValue(list.get(i), target, exact, malformed, invalid, proper -> list.set(index, proper));
                } else if (list.get(i) instanceof ObjectNode item) {
                    visit(item, step + 1, target + ".", exact, malformed, invalid);
                } else {
                    malformed.add(unreadable(target));
                }
            }
        } else if (last) {
            checkValue(value, target, exact, malformed, invalid, proper -> in.set(name, proper));
        } else if (value instanceof ObjectNode inner) {
            visit(inner, step + 1, target + ".", exact, malformed, invalid);
        } else {
            malformed.add(unreadable(target));
        }
    }

    private void checkValue(JsonNode value, String target, boolean exact, Collection<Detail> malformed, Collection<Detail> invalid,
            UnaryOperator<JsonNode> replace) {
        boolean readable = switch (form) {
            case TEXT -> value.isString();
            case WHOLE -> value.isIntegralNumber() && value.canConvertToLong() || value.isNumber() && !exact;
            case FLAG -> value.isBoolean() || value.isString() && value.stringValue().matches("true|false");
            case OBJECT -> value.isObject();
            case LIST -> value.isArray();
        };
        if (!readable) {
            malformed.add(unreadable(target));
            return;
        }
        switch (form) {
            // The published requests say "default": "false" and "enabled": "false", with quotes; replies never have them.
            case FLAG -> replace.apply(BooleanNode.valueOf(value.asBoolean()));
            case WHOLE -> {
                long whole = value.numberValue().longValue();
                replace.apply(LongNode.valueOf(whole));
                if (whole < least || whole > most) {
                    ObjectNode range = Json.object().put("rangeMinimumValue", least).put("rangeMaximumValue", most);
                    invalid.add(new Detail("INVALID_VALUE", target, "must be between " + least + " and " + most, range));
                }
            }
            case TEXT -> {
                String text = value.stringValue();
                if (required && text.isBlank()) {
                    invalid.add(Detail.empty(target));
                } else if (values != null && !values.contains(text)) {
                    ObjectNode inner = Json.object();
                    values.forEach(inner.putArray("allowedValues")::add);
                    invalid.add(new Detail("INVALID_VALUE", target, "Invalid value for attribute.", inner));
                } else if (pattern != null && !pattern.matcher(text).matches()) {
                    ObjectNode inner = Json.object().put("allowedPattern", pattern.pattern());
                    invalid.add(new Detail("INVALID_VALUE", target, "must match \"" + pattern.pattern() + "\"", inner));
                }
            }
            default -> {
                if (required && value.isEmpty()) {
                    invalid.add(Detail.empty(target));
                }
            }
        }
    }

    private static Detail unreadable(String target) {
        return Detail.invalid(target, "Invalid value for attribute.");
    }
}
