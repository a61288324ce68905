package org.signonflow.web;

import org.signonflow.change.Outcomes;
import org.signonflow.change.Standing;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The home page's picture of the last days; public for its template. */
public record OutcomesPicture(LocalDate first, Map<LocalDate, Outcomes.Day> days) {

    static final int DAYS = 30;

    private static final int STEP = 20;
    private static final int WIDTH = 14;
    private static final int HEIGHT = 80;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

    /**
     * A bar, or a part of one.
     *
     * @param style its class in the style sheet
     * @param title what it says in words
     */
    public record Bar(int x, int y, int width, int height, String style, String title) {
    }

    public boolean isEmpty() {
        return days.isEmpty();
    }

    /** How many have ended, by how: the outcome's style and its words. */
    public Map<String, String> totals() {
        Map<String, String> totals = new LinkedHashMap<>();
        outcomes().forEach(state -> {
            int total = days.values().stream().mapToInt(day -> day.ended().getOrDefault(state, 0)).sum();
            if (total > 0) {
                totals.put(style(state), "%,d %s".formatted(total, word(state)));
            }
        });
        return totals;
    }

    /** Both pictures in words. */
    public String inWords() {
        return "The last %d days: %s. %s".formatted(DAYS, totals().isEmpty() ? "nothing ended" : String.join(", ", totals().values()),
            longest() == null ? "Nothing was approved." : "The longest median of a day from request to approval: " + longest() + ".");
    }

    /** A stack of bars for each day. */
    public List<Bar> ended() {
        int most = most();
        List<Bar> bars = new ArrayList<>();
        days.forEach((date, day) -> {
            List<Standing> states = outcomes().filter(day.ended()::containsKey).toList();
            String title = states.stream().map(state -> day.ended().get(state) + " " + word(state))
                .collect(Collectors.joining(", ", date.format(DATE) + ": ", ""));
            int below = 0;
            for (Standing state : states) {
                // Each end of a part is rounded by itself, so that the parts' heights add up.
                int top = (below + day.ended().get(state)) * HEIGHT / most;
                int bottom = below * HEIGHT / most;
                bars.add(new Bar(x(date), HEIGHT - top, WIDTH, Math.max(1, top - bottom), style(state), title));
                below += day.ended().get(state);
            }
        });
        return bars;
    }

    /** A bar for each day's time to approval. */
    public List<Bar> toApproval() {
        long most = Math.max(1, times().mapToLong(Duration::toSeconds).max().orElse(1));
        List<Bar> bars = new ArrayList<>();
        days.forEach((date, day) -> {
            if (day.toApproval() != null) {
                int height = Math.max(2, (int) (day.toApproval().toSeconds() * HEIGHT / most));
                bars.add(new Bar(x(date), HEIGHT - height, WIDTH, height, "approval", date.format(DATE) + ": " + words(day.toApproval())));
            }
        });
        return bars;
    }

    /** The most that ended on one day. */
    public int most() {
        return days.values().stream().mapToInt(OutcomesPicture::sum).max().orElse(0);
    }

    /** The longest of the days' times to approval; null if nothing was approved. */
    public String longest() {
        return times().max(Duration::compareTo).map(OutcomesPicture::words).orElse(null);
    }

    public String from() {
        return first.format(DATE);
    }

    public String to() {
        return first.plusDays(DAYS - 1).format(DATE);
    }

    private Stream<Duration> times() {
        return days.values().stream().map(Outcomes.Day::toApproval).filter(Objects::nonNull);
    }

    private int x(LocalDate date) {
        return (int) (date.toEpochDay() - first.toEpochDay()) * STEP + (STEP - WIDTH) / 2;
    }

    private static int sum(Outcomes.Day day) {
        return day.ended().values().stream().mapToInt(Integer::intValue).sum();
    }

    private static Stream<Standing> outcomes() {
        return EnumSet.range(Standing.COMPLETED, Standing.UNDONE).stream();
    }

    private static String style(Standing state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String word(Standing state) {
        return style(state).replace('_', ' ');
    }

    private static String words(Duration time) {
        return time.toMinutes() < 1 ? "under a minute" : time.toHours() < 1 ? time.toMinutes() + " min"
            : time.toDays() < 1 ? time.toHours() + " h " + time.toMinutesPart() + " min"
            : time.toDays() + " d " + time.toHoursPart() + " h";
    }
}
