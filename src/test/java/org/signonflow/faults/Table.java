package org.signonflow.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A small table on standard output. */
final class Table {

    private final String title;
    private final List<String[]> rows = new ArrayList<>();

    Table(String title, String... columns) {
        this.title = title;
        rows.add(columns);
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
    }

    void print() {
        StringBuilder text = new StringBuilder("\n" + title + "\n");
        for (String[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                int at = column;
                int width = rows.stream().mapToInt(other -> other[at].length()).max().orElseThrow();
                text.append(("%" + (column == 0 ? "-" : "") + width + "s  ").formatted(row[column]));
            }
            text.append('\n');
        }
        System.out.println(text);
    }
}
