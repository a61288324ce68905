package org.signonflow.rollout;

import java.util.List;

/** A list, or what holds for all of it, cannot be accepted. Nothing was stored. */
public class BadList extends RuntimeException {

    private final transient List<Problem> problems;
    private final int more;

    BadList(List<Problem> problems, int more) {
        super(String.valueOf(problems));
        this.problems = List.copyOf(problems);
        this.more = more;
    }

    /** What is wrong, by line; what is wrong with the list as a whole is first. */
    public List<Problem> problems() {
        return problems;
    }

    /** How many more problems there are. */
    public int more() {
        return more;
    }
}
