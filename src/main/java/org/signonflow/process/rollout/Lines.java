package org.signonflow.process.rollout;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.signonflow.change.Field;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;

/** A selection of a list's lines, as people write it: {@code 3, 17-20}. */
record Lines(List<Range> ranges) {

    /** One part of the text. Java's patterns repeat a group by recursion: one for the whole text would overflow the stack. */
    private static final Pattern PART = Pattern.compile("\\s*\\d{1,6}\\s*(-\\s*\\d{1,6}\\s*)?");

    private record Range(int first, int last) {
    }

    /** What is wrong with the text; null if nothing is. */
    static String problem(String text) {
        if (text.length() > Field.LONGEST_LIST) {
            return Field.upTo(Field.LONGEST_LIST).apply(text);
        }
        return Arrays.stream(text.split(",", -1)).allMatch(part -> PART.matcher(part).matches())
            && of(text).ranges.stream().allMatch(range -> range.first() <= range.last()) ? null
            : "must be line numbers or ascending ranges, such as 3, 17-20";
    }

    /** Parses a valid text; null selects nothing. */
    static Lines of(String text) {
        return new Lines(FlowVariables.split(text).stream().map(part -> {
            int[] ends = Arrays.stream(part.split("-")).map(String::strip).mapToInt(Integer::parseInt).toArray();
            return new Range(ends[0], ends[ends.length - 1]);
        }).toList());
    }

    /** Whether all of them are between the first and the last line of a list. */
    boolean areWithin(int first, int last) {
        return ranges.stream().allMatch(range -> first <= range.first() && range.first() <= range.last() && range.last() <= last);
    }

    boolean contains(int line) {
        return ranges.stream().anyMatch(range -> range.first() <= line && line <= range.last());
    }
}
