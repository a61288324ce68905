package org.signonflow.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.PlainText;
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

    /** What people call what {@link InWords#LABELS} does not name. */
    private static final Map<String, String> LABELS = Map.of(FlowVariables.POLICY, "Policy", Found.POLICY_ACTIONS, "Its actions",
        Found.SIGN_ON_NOW, "Sign-on now", Found.SIGN_ON_AFTER, "Sign-on afterwards");
    private static final int MOST_USERS_NAMED = 5;

    private final RollOuts rollOuts;

    Review(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    /**
     * A summary of all rows that are ready.
     *
     * @param settings   one line per field: what people call it, a tab and its values
     * @param secondLook which lines of the list deserve a second look and why; null for none
     */
    public record Summary(String settings, String secondLook) {
    }

    /**
     * Like {@link RollOuts#rows}.
     *
     * @param onlySecondLook whether to return only those that deserve a second look
     * @param undone         whether to return only those that have been undone since they completed, or only the others; null for all
     */
    public List<ReviewedRow> rows(String id, RowState state, Trouble trouble, boolean onlySecondLook, Boolean undone, int after, int most) {
        Common common = new Common(id);
        List<ReviewedRow> rows = new ArrayList<>();
        List<Row> page = rollOuts.rows(id, state, trouble, after, most);
        while (!page.isEmpty() && rows.size() < most) {
            common.review(page).filter(row -> !onlySecondLook || !row.secondLook().isEmpty())
                .filter(row -> undone == null || undone == (row.undoneAt() != null)).limit(most - rows.size()).forEach(rows::add);
            int last = page.get(page.size() - 1).line();
            page = onlySecondLook || undone != null ? rollOuts.rows(id, state, trouble, last, ROWS_AT_A_TIME) : List.of();
        }
        return rows;
    }

    /** One row, by its line. */
    public Optional<ReviewedRow> row(String id, int line) {
        return rows(id, null, null, false, null, line - 1, 1).stream().filter(reviewed -> reviewed.row().line() == line).findFirst();
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
            .map(field -> InWords.LABELS.getOrDefault(field, LABELS.get(field)) + "\t"
                + inWords(field, values.get(field), rows[0])).toList();
        return new Summary(cut(String.join("\n", settings)), marks.isEmpty() ? null : marks(marks));
    }

    /**
     * The shared policies that the undo of a roll-out is ready to delete: what each is, and who has used it; one per line, null for none.
     * Whoever else uses one keeps it from being ready.
     */
    public String policiesToDelete(RollOut undo) {
        List<String> lines = new ArrayList<>();
        for (Row policy : rollOuts.sharedPolicies(undo.id())) {
            if (policy.state() == RowState.READY) {
                String environment = policy.request().get(FlowVariables.ENVIRONMENT);
                List<String> users = rollOuts.rows(undo.undoes(), RowState.COMPLETED, null, 0, Integer.MAX_VALUE).stream()
                    .filter(row -> environment.equals(row.request().get(FlowVariables.ENVIRONMENT))).map(Review::application).toList();
                long here = rollOuts.requests(undo.id()).stream().filter(request -> request.line() > 0
                    && environment.equals(request.values().get(FlowVariables.ENVIRONMENT))).count();
                lines.add("%s in %s, which the roll-out created: %s. It was assigned to %s.".formatted(
                    policy.request().get(FlowVariables.POLICY_NAME), environment,
                    here == 0 ? "no application has it any more" : "it goes last, once no application has it any more",
                    users.isEmpty() ? "none" : String.join(", ", users.subList(0, Math.min(MOST_USERS_NAMED, users.size())))
                        + (users.size() > MOST_USERS_NAMED ? " and %,d more".formatted(users.size() - MOST_USERS_NAMED) : "")));
            }
        }
        return lines.isEmpty() ? null : cut(lines.stream().map(PlainText::oneLine).collect(Collectors.joining("\n")));
    }

    private static String application(Row row) {
        return Stream.of(row.request().get(FlowVariables.APPLICATION_NAME), row.found().get(Found.APPLICATION_NAME),
            row.request().get(FlowVariables.APPLICATION_ID)).filter(Objects::nonNull).findFirst().orElse("line " + row.line());
    }

    /** Processes every row in a state, or all if null, in batches; shared policies come first. */
    private void forEach(String id, RowState state, Consumer<ReviewedRow> consumer) {
        Common common = new Common(id);
        List<Row> page = rollOuts.rows(id, state, null, Integer.MIN_VALUE, ROWS_AT_A_TIME);
        while (!page.isEmpty()) {
            common.review(page).forEach(consumer);
            page = rollOuts.rows(id, state, null, page.get(page.size() - 1).line(), ROWS_AT_A_TIME);
        }
    }

    private static String inWords(String field, Map<String, Integer> values, int rows) {
        int without = rows - values.values().stream().mapToInt(Integer::intValue).sum();
        if (values.size() == 1 && without == 0) {
            String value = values.keySet().iterator().next();
            return field.equals(FlowVariables.POLICY) ? POLICIES.getOrDefault(value, value) : shortened(InWords.value(field, value));
        }
        String some = values.size() > MOST_VALUES ? "%,d different values".formatted(values.size())
            : values.entrySet().stream()
                .map(value -> "%s (%s)".formatted(shortened(InWords.value(field, value.getKey())), rows(value.getValue())))
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

    /** Lines as people write them, in order: {@code lines 3, 17-20}. */
    public static String named(List<Integer> lines) {
        List<String> ranges = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int first = lines.get(i);
            while (i + 1 < lines.size() && lines.get(i + 1) == lines.get(i) + 1) {
                i++;
            }
            ranges.add(first == lines.get(i) ? String.valueOf(first) : first + "-" + lines.get(i));
        }
        return (lines.size() == 1 ? "line " : "lines ") + String.join(", ", ranges);
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

        private Stream<ReviewedRow> review(List<Row> page) {
            Map<String, RollOuts.Undoing> undone = rollOuts.undone(page.stream().filter(row -> row.state() == RowState.COMPLETED)
                .map(Row::instanceId).toList());
            return page.stream().map(row -> review(row, Optional.ofNullable(undone.get(row.instanceId()))));
        }

        private ReviewedRow review(Row row, Optional<RollOuts.Undoing> undone) {
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
                return new ReviewedRow(row.with(values), marks, null, null, null);
            }
            // A shared policy has no assignment of its own.
            marks.addAll(SecondLook.marks(Requested.of(name -> name.equals(FlowVariables.ASSIGNMENT_PRIORITY)
                ? values.getOrDefault(name, "1") : name.equals(Found.APPLICATION_TYPE) ? row.found().get(name) : values.get(name),
                Flow.ofRow(values.containsKey(FlowVariables.APPLICATION_NAME)))));
            return new ReviewedRow(row.with(values), marks.stream().distinct().toList(), undone.map(RollOuts.Undoing::by).orElse(null),
                undone.map(RollOuts.Undoing::at).orElse(null), undone.map(RollOuts.Undoing::with).orElse(null));
        }

        private static String environment(Row row) {
            return row.request().get(FlowVariables.ENVIRONMENT);
        }

        private static List<String> sentences(String lines) {
            return lines == null || lines.isEmpty() ? List.of() : Arrays.asList(lines.split("\n"));
        }
    }
}
