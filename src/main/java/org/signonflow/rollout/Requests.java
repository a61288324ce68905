package org.signonflow.rollout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;

import static org.signonflow.change.FlowVariables.APPLICATION_ID;
import static org.signonflow.change.FlowVariables.APPLICATION_NAME;
import static org.signonflow.change.FlowVariables.ASSIGNMENT_PRIORITY;
import static org.signonflow.change.FlowVariables.AUTHENTICATORS;
import static org.signonflow.change.FlowVariables.BUNDLE_ID;
import static org.signonflow.change.FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID;
import static org.signonflow.change.FlowVariables.ENVIRONMENT;
import static org.signonflow.change.FlowVariables.NO_DEVICES_MODE;
import static org.signonflow.change.FlowVariables.PACKAGE_NAME;
import static org.signonflow.change.FlowVariables.POLICY;
import static org.signonflow.change.FlowVariables.POLICY_NAME;
import static org.signonflow.change.FlowVariables.REASON;
import static org.signonflow.rollout.Columns.OF_NEW_APPLICATIONS;
import static org.signonflow.rollout.Columns.OF_POLICIES;

/** Collects the rows of a list as they are read, each completed with the common settings, and all problems. */
final class Requests {

    static final int MOST_ROWS = 10_000;

    /** Also the limit of the roll-out's business key. */
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_POLICY_NAME = 256;
    private static final int LONGEST_CELL = 4_000;
    private static final List<String> POLICIES = List.of(Settings.OWN, Settings.SHARED, Settings.EXISTING);
    private static final List<String> UNIQUE = List.of(APPLICATION_NAME, BUNDLE_ID, PACKAGE_NAME, APPLICATION_ID, POLICY_NAME);
    private static final String NEW_ONLY = "is only allowed for new applications.";

    private final FlowFields fields;
    private final String policy;
    private final Map<String, String> forAll = new LinkedHashMap<>();
    private final Problems general = new Problems();
    private final Problems ofRows = new Problems();
    private final List<Request> requests = new ArrayList<>();
    private final Map<Value, Integer> lines = new HashMap<>();
    private int rows;
    private Kind kind;

    /** A value that must be unique to one application, or its policy, in its environment. */
    private record Value(String environment, String column, String text) {
    }

    /** Whether the list is of new or existing applications, and the line that decided it. */
    private record Kind(boolean isNew, int line) {
    }

    Requests(FlowFields fields, Settings settings) {
        this.fields = fields;
        boolean isKnown = settings.policy() != null && POLICIES.contains(settings.policy());
        policy = isKnown ? settings.policy() : Settings.OWN;
        if (!isKnown && !isBlank(settings.policy())) {
            general.add(0, POLICY, "must be one of " + String.join(", ", POLICIES) + ".");
        }
        checkName(settings.name());
        if (settings.values() != null) {
            settings.values().forEach(this::setting);
        }
        if (!policy.equals(Settings.EXISTING)) {
            checkAuthenticators(0, forAll, general);
        }
        if (!isOwn()) {
            checkPolicy(0, forAll, general);
        }
    }

    private void checkName(String name) {
        if (isBlank(name)) {
            general.add(0, "name", "is required.");
        } else {
            oneLine(name, LONGEST_NAME).ifPresent(problem -> general.add(0, "name", problem));
        }
    }

    private void setting(String column, String text) {
        if (column.equals(REASON)) {
            // Of the roll-out itself.
            fields.any(REASON).complaint(text == null ? "" : text).ifPresent(problem -> general.add(0, REASON, problem));
        } else if (!Columns.ALL.contains(column)) {
            general.add(0, Columns.printable(column), unknownColumn());
        } else if (!isBlank(text)) {
            // It is copied into each row. One that is too long is refused below, but must not take its length ten thousand times.
            forAll.put(column, text.substring(0, Math.min(text.length(), LONGEST_CELL)));
            if (policy.equals(Settings.EXISTING) && OF_POLICIES.contains(column) && !column.equals(POLICY_NAME)) {
                general.add(0, column, "is only allowed for new policies.");
            } else {
                checkText(0, column, text, general);
            }
        }
    }

    /** An unknown or duplicate column. */
    void badColumn(int line, String name) {
        ofRows.add(line, Columns.printable(name), Columns.ALL.contains(name) ? "occurs twice." : unknownColumn());
    }

    void problem(int line, String field, String reason) {
        ofRows.add(line, field, reason);
    }

    /** Why the rest of the list was not read. */
    void unreadable(int line, String sentence) {
        general.add(line, null, sentence);
    }

    /** Adds a row with the texts of its columns, which may be blank. */
    void add(int line, Map<String, String> cells) throws UnreadableList {
        if (++rows > MOST_ROWS) {
            throw new UnreadableList(line, "The list has more than %,d applications.".formatted(MOST_ROWS));
        }
        Map<String, String> given = new LinkedHashMap<>(cells);
        given.values().removeIf(Requests::isBlank);
        boolean isNew = isNew(line, given);
        Set<String> wrong = new HashSet<>();
        given.forEach((column, text) -> {
            if (!isNew && OF_NEW_APPLICATIONS.contains(column) && !column.equals(APPLICATION_NAME)) {
                problem(line, column, NEW_ONLY);
            } else if (!isOwn() && OF_POLICIES.contains(column)) {
                problem(line, column, "is the same for all applications: set it once, outside the list.");
            } else if (!checkText(line, column, text, ofRows)) {
                wrong.add(column);
            }
        });
        Map<String, String> values = complete(given, isNew, columns(isNew));
        if (!values.containsKey(ENVIRONMENT)) {
            fields.any(ENVIRONMENT).complaint("").ifPresent(problem -> problem(line, ENVIRONMENT, problem));
        }
        if (isOwn()) {
            checkPolicy(line, values, ofRows);
            checkAuthenticators(line, given, ofRows);
        }
        UNIQUE.stream().filter(column -> !wrong.contains(column) && (isOwn() || !column.equals(POLICY_NAME)))
            .forEach(column -> checkUnique(line, column, values));
        requests.add(new Request(line, values));
    }

    /** All rows have been added. */
    void end() {
        if (rows == 0 && ofRows.isEmpty()) {
            general.add(0, null, "The list contains no applications.");
        }
    }

    /** @throws BadList if there is any problem */
    List<Request> complete() {
        boolean isNew = kind == null || kind.isNew;
        if (!isNew) {
            OF_NEW_APPLICATIONS.stream().filter(forAll::containsKey).filter(column -> !column.equals(APPLICATION_NAME))
                .forEach(column -> general.add(0, column, NEW_ONLY));
        }
        general.addAll(ofRows);
        if (!general.isEmpty()) {
            throw new BadList(general.first(), general.more());
        }
        if (policy.equals(Settings.SHARED)) {
            Set<String> environments = new LinkedHashSet<>();
            requests.forEach(request -> environments.add(request.values().get(ENVIRONMENT)));
            int line = 0;
            for (String environment : environments) {
                requests.add(new Request(line--, complete(Map.of(ENVIRONMENT, environment), isNew,
                    Columns.together(List.of(ENVIRONMENT), OF_POLICIES))));
            }
        }
        return requests;
    }

    private boolean isNew(int line, Map<String, String> given) {
        boolean hasName = given.containsKey(APPLICATION_NAME) || forAll.containsKey(APPLICATION_NAME);
        boolean hasId = given.containsKey(APPLICATION_ID) || forAll.containsKey(APPLICATION_ID);
        if (!hasName && !hasId) {
            problem(line, APPLICATION_NAME, "is required, unless applicationId names an existing application.");
        } else if (hasName && hasId) {
            problem(line, APPLICATION_ID, "cannot be combined with applicationName: an application is either new or existing.");
        } else if (kind == null) {
            kind = new Kind(hasName, line);
        } else if (kind.isNew != hasName) {
            problem(line, hasName ? APPLICATION_NAME : APPLICATION_ID, "a list must not mix new and existing applications; line %d is %s."
                .formatted(kind.line, kind.isNew ? "new" : "existing"));
        }
        return hasName || !hasId;
    }

    private Set<String> columns(boolean isNew) {
        return Columns.together(List.of(ENVIRONMENT), isNew ? OF_NEW_APPLICATIONS : List.of(APPLICATION_ID),
            isOwn() ? OF_POLICIES : List.of(POLICY_NAME), List.of(ASSIGNMENT_PRIORITY));
    }

    private Map<String, String> complete(Map<String, String> given, boolean isNew, Set<String> columns) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String column : columns) {
            String text = given.getOrDefault(column, forAll.getOrDefault(column,
                fields.of(Flow.ofRow(isNew), column).map(Field::fallback).orElse(null)));
            if (text != null) {
                values.put(column, text);
            }
        }
        if (values.containsKey(DEVICE_AUTHENTICATION_POLICY_ID)) {
            values.remove(AUTHENTICATORS);
        }
        values.computeIfPresent(ASSIGNMENT_PRIORITY, (column, text) -> text.replaceFirst("^0+", "").replaceFirst("\\.0+$", ""));
        values.put(POLICY, policy);
        return values;
    }

    private boolean checkText(int line, String column, String text, Problems problems) {
        String problem = text.length() <= LONGEST_CELL ? problem(column, text).orElse(null)
            : "must have at most %,d characters, not %,d.".formatted(LONGEST_CELL, text.length());
        if (problem != null) {
            problems.add(line, column, problem);
        }
        return problem == null;
    }

    private Optional<String> problem(String column, String text) {
        // An existing policy may have a name that is not allowed for new ones.
        return column.equals(POLICY_NAME) && policy.equals(Settings.EXISTING) ? oneLine(text, LONGEST_POLICY_NAME)
            : fields.any(column).complaint(text);
    }

    private static Optional<String> oneLine(String text, int longest) {
        return Field.required("line", Field.upTo(longest)).complaint(text);
    }

    private void checkPolicy(int line, Map<String, String> values, Problems problems) {
        if (!values.containsKey(POLICY_NAME)) {
            problems.add(line, POLICY_NAME, "is required.");
        }
        if (values.containsKey(NO_DEVICES_MODE) && !values.containsKey(DEVICE_AUTHENTICATION_POLICY_ID)) {
            problems.add(line, NO_DEVICES_MODE, "is only allowed together with %s.".formatted(DEVICE_AUTHENTICATION_POLICY_ID));
        }
    }

    /** A row's device policy replaces the authenticators set for all rows, but those of its own are not silently dropped. */
    private void checkAuthenticators(int line, Map<String, String> given, Problems problems) {
        if (given.containsKey(AUTHENTICATORS)
            && (given.containsKey(DEVICE_AUTHENTICATION_POLICY_ID) || forAll.containsKey(DEVICE_AUTHENTICATION_POLICY_ID))) {
            problems.add(line, AUTHENTICATORS, "is not allowed together with %s, which replaces it."
                .formatted(DEVICE_AUTHENTICATION_POLICY_ID));
        }
    }

    private void checkUnique(int line, String column, Map<String, String> values) {
        String text = values.get(column);
        Integer first = text == null ? null : lines.putIfAbsent(new Value(values.get(ENVIRONMENT), column, text), line);
        if (first != null) {
            problem(line, column, "is the same as in line %d.".formatted(first));
        }
    }

    private boolean isOwn() {
        return policy.equals(Settings.OWN);
    }

    private static String unknownColumn() {
        return "is not one of " + String.join(", ", Columns.ALL) + ".";
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
