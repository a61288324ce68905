package org.signonflow.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a run has shown, on the console and added to {@code target/crash/tables.txt}. */
final class Table {

    private static final Path FILE = Path.of("target", "crash", "tables.txt");

    private final String legend;
    private final List<String[]> rows = new ArrayList<>();

    Table(String legend, String... columns) {
        this.legend = legend;
        rows.add(columns);
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
    }

    void print() throws IOException {
        StringBuilder text = new StringBuilder("\n" + legend + "\n\n");
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                int index = column;
                int width = rows.stream().mapToInt(each -> each[index].length()).max().orElse(0);
                line.append(("%-" + (width + 2) + "s").formatted(row[column]));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        System.out.println(text);
        Files.writeString(FILE, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
