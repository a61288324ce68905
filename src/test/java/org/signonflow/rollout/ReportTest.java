package org.signonflow.rollout;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.isNull;

/** The report, read back as a spreadsheet would. */
class ReportTest {

    private final RollOuts rollOuts = Mockito.mock(RollOuts.class);
    private static final RollOut ROLL_OUT = new RollOut("a", "Spring", "requester", Instant.parse("2026-11-21T12:00:00Z"),
        Instant.parse("2026-11-23T12:00:00Z"), Stage.COMPLETED, 2, "approve", "approver", Instant.parse("2026-11-22T12:00:00Z"), "=As agreed.",
        null, "=Because.", "operator", Instant.parse("2026-11-22T13:00:00Z"), null, null);

    private final Report report = new Report(new Review(rollOuts));

    private void has(List<Row> rows) {
        Mockito.when(rollOuts.rows(eq("a"), isNull(), isNull(), anyInt(), anyInt())).thenAnswer(call -> rows.stream()
            .filter(row -> row.line() > call.<Integer>getArgument(3)).limit(call.<Integer>getArgument(4)).toList());
    }

    private static Row row(int line, String applicationName, String problem, Map<String, String> ids) {
        Map<String, String> request = new LinkedHashMap<>(Map.of("environment", "sandbox", "policyName", "P"));
        if (applicationName != null) {
            request.put("applicationName", applicationName);
        }
        return new Row("a", line, request, "instance-" + line, RowState.READY, problem == null ? null : Trouble.FAILED, problem, ids,
            Map.of(), null, null, null, null);
    }

    private String csv() throws IOException {
        StringWriter out = new StringWriter();
        report.write(ROLL_OUT, out);
        return out.toString();
    }

    private List<CSVRecord> read(char separator) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setDelimiter(separator).get();
        return format.parse(new StringReader(csv())).getRecords();
    }

    @Test
    void aRowIsOneLine() throws IOException {
        has(List.of(row(2, "A, \"B\"; Ä", null, Map.of("applicationId", "1", "grantId", "2", "policyId", "3", "actionId", "4",
            "assignmentId", "5")), row(3, null, "two\nlines", Map.of())));

        assertThat(csv()).isEqualTo("""
            line,environment,applicationName,policyName,state,trouble,problem,applicationId,grantId,policyId,actionId,assignmentId,instanceId,\
            applicationDescription,redirectUris,bundleId,packageName,scopes,policyDescription,authenticators,deviceAuthenticationPolicyId,\
            noDevicesMode,assignmentPriority,policyActions,signOnNow,signOnAfter,secondLook,requestedBy,requestedAt,decision,decidedBy,\
            decidedAt,comment,endedAt,reason,rolledBackBy,rolledBackAt,undoneBy,undoneAt
            2,sandbox,"A, ""B""; Ä",P,READY,,,1,2,3,4,5,instance-2,,,,,,,,,,,,,,,%1$s
            3,sandbox,,P,READY,FAILED,"two\nlines",,,,,,instance-3,,,,,,,,,,,,,,,%1$s
            """.formatted("requester,2026-11-21T12:00:00Z,approve,approver,2026-11-22T12:00:00Z,'=As agreed.,2026-11-23T12:00:00Z,'=Because.,"
                + "operator,2026-11-22T13:00:00Z,,")
            .replace("\n", "\r\n").replace("two\r\n", "two\n"));
    }

    @Test
    void itIsSaidWhatHasUndoneARow() throws IOException {
        Row completed = new Row("a", 2, Map.of("environment", "sandbox"), "instance-2", RowState.COMPLETED, null, null, Map.of(), Map.of(),
            null, null, null, null);
        has(List.of(completed));
        Mockito.when(rollOuts.undone(List.of("instance-2")))
            .thenReturn(Map.of("instance-2", new RollOuts.Undoing("undo-2", Instant.parse("2026-11-24T12:00:00Z"), "undo")));
        assertThat(csv()).endsWith(",undo-2,2026-11-24T12:00:00Z\r\n");
    }

    /** Issue 10, number 6. */
    @Test
    void itContainsEverythingThatTakesEffect() throws IOException {
        Row row = row(2, "App", null, Map.of());
        row.request().putAll(Map.of("redirectUris", "https://evil.example/steal", "scopes", "profile,admin", "policy", "shared"));
        has(List.of(row));
        Mockito.when(rollOuts.sharedPolicies("a")).thenReturn(List.of(new Row("a", 0, Map.of("environment", "sandbox",
            "deviceAuthenticationPolicyId", "d", "noDevicesMode", "BYPASS", "policy", "shared"), null, RowState.READY, null, null, Map.of(),
            Map.of(), null, null, null, null)));

        List<CSVRecord> records = read(',');
        Map<String, String> cells = new LinkedHashMap<>();
        for (int i = 0; i < records.get(0).size(); i++) {
            cells.put(records.get(0).get(i), records.get(1).get(i));
        }
        assertThat(cells).containsEntry("redirectUris", "https://evil.example/steal").containsEntry("scopes", "profile,admin")
            .containsEntry("noDevicesMode", "BYPASS").containsEntry("deviceAuthenticationPolicyId", "d");
        assertThat(cells.get("secondLook")).contains("noDevicesMode is BYPASS", "admin");
    }

    @Test
    void allRowsAreWritten() throws IOException {
        has(IntStream.rangeClosed(2, 1_501).mapToObj(line -> row(line, "A" + line, null, Map.of())).toList());

        assertThat(read(',')).extracting(record -> record.get(0)).hasSize(1_501).startsWith("line", "2").endsWith("1501");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1", "\u00A0 =1", "\"=1", "'=1", " \" '=1", "\uFF1D1",
        "=cmd|'/c calc'!A1", "\"\"\"=1\"", "=1\",\"=2", "x;=cmd()", "x\n=cmd()", "x; \"=cmd()", "x\t@cmd()", "x\";\"=cmd()"})
    void noCellStartsAFormula(String text) throws IOException {
        has(List.of(row(2, text, text, Map.of("applicationId", text))));

        for (char separator : new char[] {',', ';', '\t'}) {
            for (String cell : cellsAsASpreadsheetDoes(csv(), separator)) {
                assertThat(cell).doesNotMatch("(?s)[\\s\\p{Z}\"]*[=+@\uFF1D-].*").doesNotMatch("(?s)[\t\r].*");
            }
        }
        assertThat(read(',').get(1).get(2).replace("'", "")).as("and nothing is lost").isEqualTo(text.replace("'", ""));
    }

    /** Quotes count at the beginning of a cell, and elsewhere are text. */
    private static List<String> cellsAsASpreadsheetDoes(String csv, char separator) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        boolean open = false;
        boolean atStart = true;
        for (char c : csv.replace("\r\n", "\n").toCharArray()) {
            if (c == '"' && (isQuoted || atStart)) {
                isQuoted = true;
                open = !open;
                atStart = false;
            } else if (!open && (c == separator || c == '\n')) {
                cells.add(cell.toString());
                cell.setLength(0);
                isQuoted = false;
                atStart = true;
            } else {
                cell.append(c);
                atStart = false;
            }
        }
        return cells;
    }

    @Test
    void harmlessTextAndOurNumbersStayUnchanged() throws IOException {
        has(List.of(row(2, "a = b - c, d+e@f", "10.5 (-1)", Map.of())));

        CSVRecord record = read(',').get(1);
        assertThat(record.get(0)).isEqualTo("2");
        assertThat(record.get(2)).isEqualTo("a = b - c, d+e@f");
        assertThat(record.get(6)).isEqualTo("10.5 (-1)");
    }

    @Test
    void anAbortedDownloadEndsIt() {
        has(IntStream.rangeClosed(2, 10_001).mapToObj(line -> row(line, "A", null, Map.of())).toList());
        Writer gone = new Writer() {
            private int left = 10_000;

            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                left -= length;
                if (left < 0) {
                    throw new IOException("connection reset");
                }
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
                throw new UncheckedIOException(new IOException("is the caller's"));
            }
        };

        assertThatThrownBy(() -> report.write(ROLL_OUT, gone)).isInstanceOf(IOException.class).hasMessage("connection reset");
        Mockito.verify(rollOuts, Mockito.times(1)).rows(eq("a"), isNull(), isNull(), anyInt(), anyInt());
    }
}
