package org.signonflow.rollout;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A list in CSV. Spaces around an unquoted cell are ignored, as are blank rows. */
final class CsvList {

    private static final String SEPARATORS = ",;\t";
    /**
     * Longer than a row of the longest cells, and more than the allowed rows: commas or line breaks alone could make millions of cells or
     * rows.
     */
    private static final int LONGEST_LINE = 100_000;
    private static final int MOST_LINES = 100_000;

    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final Requests requests;
    private int line;

    private CsvList(CSVParser parser, Requests requests) {
        this.parser = parser;
        this.records = parser.iterator();
        this.requests = requests;
    }

    static void read(Reader text, String beginning, Requests requests) throws IOException {
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(separator(beginning)).setIgnoreSurroundingSpaces(true).get();
        new CsvList(CSVParser.builder().setReader(new BoundedLines(text)).setFormat(format).get(), requests).read();
    }

    /** The first separator in the header outside quotes. */
    private static char separator(String beginning) {
        boolean quoted = false;
        for (char c : beginning.strip().toCharArray()) {
            quoted ^= c == '"';
            if (!quoted && (c == '\n' || c == '\r')) {
                break;
            }
            if (!quoted && SEPARATORS.indexOf(c) >= 0) {
                return c;
            }
        }
        return ',';
    }

    private void read() throws IOException {
        List<String> columns = header(next());
        for (CSVRecord record = next(); record != null; record = next()) {
            if (record.size() != columns.size()) {
                requests.problem(line, null, "has %,d cells, but the header has %,d.".formatted(record.size(), columns.size()));
            } else {
                Map<String, String> cells = new HashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    if (columns.get(i) != null) {
                        cells.put(columns.get(i), record.get(i));
                    }
                }
                requests.add(line, cells);
            }
        }
    }

    /** The columns in order; null for one to be ignored. */
    private List<String> header(CSVRecord header) throws UnreadableList {
        List<String> columns = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : header) {
            boolean known = Columns.ALL.contains(name);
            columns.add(known && seen.add(name) ? name : null);
        }
        if (seen.isEmpty()) {
            throw new UnreadableList(line, "The list does not begin with a header that contains any of: "
                + String.join(", ", Columns.ALL) + ".");
        }
        for (int i = 0; i < header.size(); i++) {
            if (columns.get(i) == null) {
                requests.badColumn(line, header.get(i));
            }
        }
        return columns;
    }

    /** The next record that is not blank; null at the end. Sets the line at which it begins. */
    private CSVRecord next() throws IOException {
        while (true) {
            line = (int) parser.getCurrentLineNumber() + 1;
            try {
                if (!records.hasNext()) {
                    return null;
                }
            } catch (UncheckedIOException failure) {
                throw failure.getCause() instanceof CSVException
                    ? new UnreadableList(line, "In the row that begins here, a quote is not closed or is followed by more text.")
                    : failure.getCause();
            }
            CSVRecord record = records.next();
            if (!String.join("", record).isBlank()) {
                return record;
            }
        }
    }

    /** Counts ahead of the parser, which buffers a row until it is complete. */
    private static final class BoundedLines extends FilterReader {

        private int line = 1;
        private int length;
        private char last;

        private BoundedLines(Reader text) {
            super(text);
        }

        @Override
        public int read() throws IOException {
            int c = super.read();
            count((char) c);
            return c;
        }

        @Override
        public int read(char[] buffer, int offset, int most) throws IOException {
            int count = super.read(buffer, offset, most);
            for (int i = 0; i < count; i++) {
                count(buffer[offset + i]);
            }
            return count;
        }

        private void count(char c) throws UnreadableList {
            line += c == '\r' || c == '\n' && last != '\r' ? 1 : 0;
            length = c == '\r' || c == '\n' ? 0 : length + 1;
            last = c;
            if (length > LONGEST_LINE) {
                throw new UnreadableList(line, "The line is longer than %,d characters.".formatted(LONGEST_LINE));
            }
            if (line > MOST_LINES) {
                throw new UnreadableList(line, "The list has more than %,d lines.".formatted(MOST_LINES));
            }
        }
    }
}
