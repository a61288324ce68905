package org.signonflow.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Requested;
import org.signonflow.change.SecondLook;
import org.springframework.stereotype.Component;

/** Presents what takes effect with a roll-out to whoever decides: each row with all its values, and a summary of all rows. */
@Component
public class Review {

    private static final int ROWS_AT_A_TIME = 500;
    private static final int MOST_VALUES = 3;
    private static final int LONGEST_VALUE = 150;
    private static final int MOST_MARKS = 20;
    private static final int MOST_LINES_NAMED = 10;
    private static final int LONGEST_MARK = 300;
    /** Below the engine's limit of 4,000. */
    private static final int LONGEST = 3_500;
    private static final List<String> SHOWN = Stream.of(List.of(FlowVariables.POLICY), Columns.ALL,
        List.of(Found.POLICY_ACTIONS, Found.SIGN_ON_NOW, Found.SIGN_ON_AFTER)).flatMap(Collection::stream).toList();
    /** The choice of policy, in words. */
    private static final Map<String, String> POLICIES = Map.of(Settings.OWN, "a new one for each application",
        Settings.SHARED, "a new one in each environment, shared by its applications", Settings.EXISTING, "an existing one");

    private final RollOuts rollOuts;

    Review(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    /**
     * A summary of all rows that are ready.
     *
     * @param settings   one line per field: its name, a tab and its values
     * @param secondLook which lines of the list deserve a second look and why; null for none
     */
    public record Summary(String settings, String secondLook) {
    }

    /** Like {@link RollOuts#rows}, optionally only those that deserve a second look. */
    public List<ReviewedRow> rows(String id, RowState state, Trouble trouble, boolean onlySecondLook, int after, int most) {
        Common common = new Common(id);
        List<ReviewedRow> rows = new ArrayList<>();
        List<Row> page = rollOuts.rows(id, state, trouble, after, most);
        while (!page.isEmpty() && rows.size() < most) {
            page.stream().map(common::review).filter(row -> !onlySecondLook || !row.secondLook().isEmpty())
                .limit(most - rows.size()).forEach(rows::add);
            int last = page.get(page.size() - 1).line();
            page = onlySecondLook ? rollOuts.rows(id, state, trouble, last, ROWS_AT_A_TIME) : List.of();
        }
        return rows;
    }

    /** One row, by its line. */
    public Optional<ReviewedRow> row(String id, int line) {
        return rows(id, null, null, false, line - 1, 1).stream().filter(reviewed -> reviewed.row().line() == line).findFirst();
    }

    /** Summarises the rows that are ready, and what of them deserves a second look. */
    public Summary summary(String id) {
        Map<String, Map<String, Integer>> values = new LinkedHashMap<>();
        Map<String, List<Integer>> marks = new LinkedHashMap<>();
        int[] rows = {0};
        forEach(id, RowState.READY, reviewed -> {
            Row row = reviewed.row();
            if (!row.isSharedPolicy()) {
                rows[0]++;
                Stream.of(row.request(), row.found()).flatMap(map -> map.entrySet().stream()).forEach(value -> values
                    .computeIfAbsent(value.getKey(), unseen -> new TreeMap<>()).merge(value.getValue(), 1, Integer::sum));
                reviewed.secondLook().forEach(mark -> marks.computeIfAbsent(mark, unseen -> new ArrayList<>()).add(row.line()));
            }
        });
        List<String> settings = SHOWN.stream().filter(values::containsKey)
            .map(field -> field + "\t" + inWords(field, values.get(field), rows[0])).toList();
        return new Summary(cut(String.join("\n", settings)), marks.isEmpty() ? null : marks(marks));
    }

    /** Processes every row in a state, or all if null, in batches; shared policies come first. */
    private void forEach(String id, RowState state, Consumer<ReviewedRow> consumer) {
        Common common = new Common(id);
        List<Row> page = rollOuts.rows(id, state, null, Integer.MIN_VALUE, ROWS_AT_A_TIME);
        while (!page.isEmpty()) {
            page.stream().map(common::review).forEach(consumer);
            page = rollOuts.rows(id, state, null, page.get(page.size() - 1).line(), ROWS_AT_A_TIME);
        }
    }

    private static String inWords(String field, Map<String, Integer> values, int rows) {
        int without = rows - values.values().stream().mapToInt(Integer::intValue).sum();
        if (values.size() == 1 && without == 0) {
            String value = values.keySet().iterator().next();
            return field.equals(FlowVariables.POLICY) ? POLICIES.getOrDefault(value, value) : shortened(value);
        }
        String some = values.size() > MOST_VALUES ? "%,d different values".formatted(values.size())
            : values.entrySet().stream().map(value -> "%s (%s)".formatted(shortened(value.getKey()), rows(value.getValue())))
                .collect(Collectors.joining(", "));
        return without == 0 ? some : "%s; none: %s".formatted(some, rows(without));
    }

    private static String marks(Map<String, List<Integer>> marks) {
        List<String> sentences = marks.entrySet().stream().limit(MOST_MARKS)
            .map(mark -> "%s: %s".formatted(lines(mark.getValue()), shortened(mark.getKey(), LONGEST_MARK))).collect(Collectors.toList());
        long lines = marks.values().stream().flatMap(List::stream).distinct().count();
        sentences.add(0, "%s of those ready for approval.".formatted(rows((int) lines)));
        if (marks.size() > MOST_MARKS) {
            sentences.add("And more; see every row.");
        }
        return cut(String.join("\n", sentences));
    }

    private static String lines(List<Integer> lines) {
        String named = lines.stream().limit(MOST_LINES_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        return (lines.size() == 1 ? "Line " : "Lines ") + named
            + (lines.size() > MOST_LINES_NAMED ? " and %,d more".formatted(lines.size() - MOST_LINES_NAMED) : "");
    }

    private static String rows(int rows) {
        return "%,d %s".formatted(rows, rows == 1 ? "row" : "rows");
    }

    private static String shortened(String value) {
        return shortened(value, LONGEST_VALUE);
    }

    private static String shortened(String value, int longest) {
        return value.length() <= longest ? value : value.substring(0, longest) + "... (cut, see every row)";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** What the rows have in common. */
    private final class Common {

        private final Map<String, Row> sharedPolicies;
        private final Map<String, EnvironmentLookup> facts;

        private Common(String id) {
            sharedPolicies = rollOuts.sharedPolicies(id).stream().collect(Collectors.toMap(Common::environment, policy -> policy,
                (one, other) -> one));
            facts = rollOuts.facts(id);
        }

        private ReviewedRow review(Row row) {
            Map<String, String> values = new LinkedHashMap<>(row.request());
            Row shared = row.isSharedPolicy() ? null : sharedPolicies.get(environment(row));
            if (shared != null) {
                shared.request().forEach(values::putIfAbsent);
            }
            List<String> marks = new ArrayList<>();
            if (Settings.EXISTING.equals(values.get(FlowVariables.POLICY)) && facts.containsKey(environment(row))) {
                Map<String, String> policy = facts.get(environment(row)).found();
                Stream.of(Found.POLICY_DESCRIPTION, Found.POLICY_ACTIONS).filter(policy::containsKey)
                    .forEach(what -> values.put(what, policy.get(what)));
                marks.addAll(sentences(policy.get(Found.SECOND_LOOK)));
            }
            marks.addAll(sentences(row.found().get(Found.SECOND_LOOK)));
            if (values.containsKey(FlowVariables.CHANGE)) {
                // What was requested is in effect, and goes.
                return new ReviewedRow(row.with(values), marks);
            }
            // A shared policy has no assignment of its own.
            marks.addAll(SecondLook.marks(Requested.of(name -> name.equals(FlowVariables.ASSIGNMENT_PRIORITY)
                ? values.getOrDefault(name, "1") : name.equals(Found.APPLICATION_TYPE) ? row.found().get(name) : values.get(name),
                Flow.ofRow(values.containsKey(FlowVariables.APPLICATION_NAME)))));
            return new ReviewedRow(row.with(values), marks.stream().distinct().toList());
        }

        private static String environment(Row row) {
            return row.request().get(FlowVariables.ENVIRONMENT);
        }

        private static List<String> sentences(String lines) {
            return lines == null || lines.isEmpty() ? List.of() : Arrays.asList(lines.split("\n"));
        }
    }
}
