package org.signonflow.rollout;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.signonflow.change.SpreadsheetText;
import org.springframework.stereotype.Component;

import static org.signonflow.change.FlowVariables.ACTION_ID;
import static org.signonflow.change.FlowVariables.APPLICATION_ID;
import static org.signonflow.change.FlowVariables.APPLICATION_NAME;
import static org.signonflow.change.FlowVariables.ASSIGNMENT_ID;
import static org.signonflow.change.FlowVariables.ENVIRONMENT;
import static org.signonflow.change.FlowVariables.GRANT_ID;
import static org.signonflow.change.FlowVariables.POLICY_ID;
import static org.signonflow.change.FlowVariables.POLICY_NAME;
import static org.signonflow.change.FlowVariables.REASON;

/** The report of a roll-out as CSV: what was requested for each application, what became of it, and who decided when. */
@Component
public class Report {

    private static final int ROWS_AT_A_TIME = 500;
    private static final List<String> REQUESTED = List.of(ENVIRONMENT, APPLICATION_NAME, POLICY_NAME);
    private static final List<String> IDS = List.of(APPLICATION_ID, GRANT_ID, POLICY_ID, ACTION_ID, ASSIGNMENT_ID);
    /** The first columns keep their positions: people script against them. */
    private static final List<String> ALSO_REQUESTED = Stream.concat(Columns.ALL.stream(), Stream.of(Found.POLICY_ACTIONS))
        .filter(column -> !REQUESTED.contains(column) && !IDS.contains(column)).toList();
    private static final List<String> FOUND = List.of(Found.SIGN_ON_NOW, Found.SIGN_ON_AFTER);
    private static final List<String> DECISION = List.of("requestedBy", "requestedAt", "decision", "decidedBy", "decidedAt", "comment",
        "endedAt", REASON, "rolledBackBy", "rolledBackAt", "undoneBy", "undoneAt");

    private final Review review;

    Report(Review review) {
        this.review = review;
    }

    /** Writes the rows in batches, each as it is at that moment. The caller closes the writer. */
    public void write(RollOut rollOut, Writer out) throws IOException {
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.DEFAULT);
        csv.printRecord(Stream.of(List.of("line"), REQUESTED, List.of("state", "trouble", "problem"), IDS, List.of("instanceId"),
            ALSO_REQUESTED, FOUND, List.of("secondLook"), DECISION).flatMap(List::stream));
        List<ReviewedRow> rows = review.rows(rollOut.id(), null, null, false, null, 0, ROWS_AT_A_TIME);
        while (!rows.isEmpty()) {
            for (ReviewedRow row : rows) {
                csv.printRecord(cells(rollOut, row));
            }
            rows = review.rows(rollOut.id(), null, null, false, null, rows.get(rows.size() - 1).row().line(), ROWS_AT_A_TIME);
        }
    }

    private static List<Object> cells(RollOut rollOut, ReviewedRow reviewed) {
        Row row = reviewed.row();
        List<Object> cells = new ArrayList<>();
        cells.add(row.line());
        REQUESTED.forEach(column -> cells.add(SpreadsheetText.harmless(row.request().get(column))));
        cells.add(row.state());
        cells.add(row.trouble());
        cells.add(SpreadsheetText.harmless(row.problem()));
        IDS.forEach(id -> cells.add(SpreadsheetText.harmless(row.ids().get(id))));
        cells.add(row.instanceId());
        ALSO_REQUESTED.forEach(column -> cells.add(SpreadsheetText.harmless(row.request().get(column))));
        FOUND.forEach(what -> cells.add(SpreadsheetText.harmless(row.found().get(what))));
        cells.add(SpreadsheetText.harmless(String.join(" ", reviewed.secondLook())));
        cells.addAll(Arrays.asList(SpreadsheetText.harmless(rollOut.requestedBy()), rollOut.requestedAt(), rollOut.decision(),
            SpreadsheetText.harmless(rollOut.decidedBy()), rollOut.decidedAt(), SpreadsheetText.harmless(rollOut.comment()),
            rollOut.endedAt(),
            SpreadsheetText.harmless(rollOut.reason()), SpreadsheetText.harmless(rollOut.rolledBackBy()), rollOut.rolledBackAt(),
            reviewed.undoneBy(), reviewed.undoneAt()));
        return cells;
    }
}
