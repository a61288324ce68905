package org.signonflow.rollout;

import java.util.ArrayList;
import java.util.List;

/** The problems, as many as anyone will want to read, and the number of further ones. */
final class Problems {

    private static final int MOST = 1_000;

    private final List<Problem> first = new ArrayList<>();
    private int more;

    void add(int line, String field, String reason) {
        if (first.size() < MOST) {
            first.add(new Problem(line, field, reason));
        } else {
            more++;
        }
    }

    void addAll(Problems others) {
        others.first.forEach(problem -> add(problem.line(), problem.field(), problem.reason()));
        more += others.more;
    }

    boolean isEmpty() {
        return first.isEmpty();
    }

    List<Problem> first() {
        return List.copyOf(first);
    }

    int more() {
        return more;
    }
}
