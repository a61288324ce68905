package org.signonflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The results of a run, printed on the console and appended to {@code target/tables.txt}. */
public final class Table {

    private static final Path FILE = Path.of("target", "tables.txt");

    private final String legend;
    private final List<String[]> rows = new ArrayList<>();

    public Table(String legend, String... columns) {
        this.legend = legend;
        rows.add(columns);
    }

    public void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
    }

    public void print() {
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
        try {
            Files.writeString(FILE, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
