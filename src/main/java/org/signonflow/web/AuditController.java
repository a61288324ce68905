package org.signonflow.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Changes;
import org.signonflow.change.Check;
import org.signonflow.change.Finding;
import org.signonflow.change.SpreadsheetText;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who requested, decided, retried and rolled back what, when and in which words: for archives and security monitoring. */
@RestController
@Tag(name = "Changes")
class AuditController {

    private static final int AT_A_TIME = 500;
    private static final List<String> COLUMNS = Stream.concat(Stream.of(Change.class.getRecordComponents())
        .map(component -> component.getName()).filter(name -> !name.equals("check")), Stream.of("checkedAt", "drift", "driftFoundAt",
        "driftGoneAt", "findings", "checkFailedAt", "checkFailure", "driftAcceptedAt",
        "driftAcceptedBy", "driftAcceptedBecause")).toList();

    private final Changes changes;
    private final RollOuts rollOuts;
    private final JsonMapper json;

    AuditController(Changes changes, RollOuts rollOuts, JsonMapper json) {
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.json = json;
    }

    /** Writes one change; the writer is flushed after each page of them. */
    private interface Line {
        void write(Change change) throws IOException;
    }

    /**
     * The changes that the caller may see and that reached their state in a period, earliest first, a JSON object on each line. To miss none,
     * ask again from a minute before the last "changedAt": what is being written at that moment has an earlier time. A check that finds
     * a completed change different in PingOne, or no longer so, and a person who accepts that, count as reaching a state: see "check".
     *
     * @param from such as 2026-01-31T12:00:00Z
     * @param to   until before then
     */
    @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_NDJSON_VALUE,
        schema = @Schema(implementation = Change.class)))
    @GetMapping(path = "/api/audit", produces = MediaType.APPLICATION_NDJSON_VALUE)
    void lines(@RequestParam(required = false) Instant from, @RequestParam(required = false) Instant to, Authentication who,
            HttpServletResponse response) throws IOException {
        response.setContentType(MediaType.APPLICATION_NDJSON_VALUE + ";charset=UTF-8");
        PrintWriter out = response.getWriter();
        write(from, to, who, out, change -> out.append(json.writeValueAsString(change)).append('\n'));
    }

    /**
     * The same as CSV, for a spreadsheet.
     *
     * @param from such as 2026-01-31T12:00:00Z
     * @param to   until before then
     */
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
    @GetMapping("/api/audit.csv")
    void spreadsheet(@RequestParam(required = false) Instant from, @RequestParam(required = false) Instant to, Authentication who,
            HttpServletResponse response) throws IOException {
        response.setContentType("text/csv;charset=UTF-8");
        PrintWriter out = response.getWriter();
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.DEFAULT);
        csv.printRecord(COLUMNS);
        write(from, to, who, out, change -> csv.printRecord(cells(change)));
    }

    private void write(Instant from, Instant to, Authentication who, PrintWriter out, Line line) throws IOException {
        String requester = VisibleRollOuts.seesAll(who) ? null : who.getName();
        Instant since = ChangeFilter.storable(from == null ? Instant.MIN : from);
        Instant until = ChangeFilter.storable(to == null ? Instant.MAX : to);
        Map<String, RollOut> decided = new HashMap<>();
        Change last = null;
        List<Change> page;
        do {
            page = changes.changed(requester, since, until, last, AT_A_TIME);
            for (Change change : page) {
                line.write(ChangeDetails.decided(change, change.rollOut() == null ? null
                    : decided.computeIfAbsent(change.rollOut(), id -> rollOuts.find(id).orElse(null))));
                last = change;
            }
        } while (page.size() == AT_A_TIME && !out.checkError());
    }

    private static List<Object> cells(Change change) {
        Check check = Optional.ofNullable(change.check()).orElse(Check.NONE);
        return Arrays.asList(change.id(), change.flow(), change.environment(), SpreadsheetText.harmless(change.applicationName()),
            change.applicationId(), SpreadsheetText.harmless(change.policyName()), SpreadsheetText.harmless(change.requestedBy()),
            change.requestedAt(), SpreadsheetText.harmless(change.reason()), change.rollOut(), change.line(), change.state(),
            change.changedAt(), change.endedAt(), change.incidentId(), SpreadsheetText.harmless(change.incident()),
            SpreadsheetText.harmless(change.rejection()), SpreadsheetText.harmless(change.rolledBackBy()), change.decision(),
            SpreadsheetText.harmless(change.decidedBy()), change.decidedAt(), SpreadsheetText.harmless(change.comment()),
            SpreadsheetText.harmless(change.retriedBy()), change.retriedAt(),
            change.undoneBy(), change.undoneAt(), change.about(), change.unassignedAt(), check.checkedAt(), check.drift(),
            check.foundAt(), check.goneAt(),
            SpreadsheetText.harmless(check.findings().stream().map(Finding::toString).collect(Collectors.joining("; "))),
            check.failedAt(), SpreadsheetText.harmless(check.failure()), check.acceptedAt(), SpreadsheetText.harmless(check.acceptedBy()),
            SpreadsheetText.harmless(check.acceptedBecause()));
    }
}
