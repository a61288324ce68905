package org.signonflow.rollout;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.springframework.stereotype.Component;

/** What has become of each application of a roll-out, as CSV. */
@Component
public class Report {

    private static final int ROWS_AT_A_TIME = 500;
    private static final List<String> REQUESTED = List.of(Columns.ENVIRONMENT, Columns.APPLICATION_NAME, Columns.POLICY_NAME);
    private static final List<String> IDS = List.of("applicationId", "grantId", "policyId", "actionId", "assignmentId");
    /**
     * Where a spreadsheet would begin a formula: at the start of a cell, even after blanks and quotes; and behind what separates cells or
     * lines for it, should it take something else than the comma for that.
     *
     * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP: CSV injection</a>
     */
    private static final Pattern FORMULA = Pattern.compile("(?<=^|[;\t\r\n])(?=[\\s\\p{Z}\"']*[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n])");

    private final RollOuts rollOuts;

    Report(RollOuts rollOuts) {
        this.rollOuts = rollOuts;
    }

    /** Writes the rows, a few at a time, each as it is at that moment. The caller closes the writer. */
    public void write(String rollOutId, Writer out) throws IOException {
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.DEFAULT);
        csv.printRecord(Stream.of(List.of("line"), REQUESTED, List.of("state", "trouble", "problem"), IDS, List.of("instanceId"))
            .flatMap(List::stream));
        List<Row> rows = rollOuts.rows(rollOutId, null, null, 0, ROWS_AT_A_TIME);
        while (!rows.isEmpty()) {
            for (Row row : rows) {
                csv.printRecord(cells(row));
            }
            rows = rollOuts.rows(rollOutId, null, null, rows.get(rows.size() - 1).line(), ROWS_AT_A_TIME);
        }
    }

    private static List<Object> cells(Row row) {
        List<Object> cells = new ArrayList<>();
        cells.add(row.line());
        REQUESTED.forEach(column -> cells.add(harmless(row.request().get(column))));
        cells.add(row.state());
        cells.add(row.trouble());
        cells.add(harmless(row.problem()));
        IDS.forEach(id -> cells.add(harmless(row.ids().get(id))));
        cells.add(row.instanceId());
        return cells;
    }

    private static String harmless(String text) {
        return text == null ? null : FORMULA.matcher(text).replaceAll("'");
    }
}
