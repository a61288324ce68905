package org.signonflow.rollout;

import java.util.List;
import java.util.stream.Collectors;

/** A list or its common settings cannot be accepted. Nothing was stored. */
public class BadList extends RuntimeException {

    private static final int MOST_SENTENCES = 10;

    private final transient List<Problem> problems;
    private final int more;

    BadList(List<Problem> problems, int more) {
        super(sentences(problems, more));
        this.problems = List.copyOf(problems);
        this.more = more;
    }

    /** The problems by line; those of the list as a whole come first. */
    public List<Problem> problems() {
        return problems;
    }

    /** The number of further problems. */
    public int more() {
        return more;
    }

    private static String sentences(List<Problem> problems, int more) {
        String sentences = problems.stream().limit(MOST_SENTENCES).map(Problem::toString).collect(Collectors.joining(" "));
        int others = problems.size() + more - MOST_SENTENCES;
        return others <= 0 ? sentences : "%s And %,d more.".formatted(sentences, others);
    }
}
