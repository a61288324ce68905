package org.signonflow.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.OpenDecisions;
import org.signonflow.rollout.Report;
import org.signonflow.rollout.Review;
import org.signonflow.rollout.ReviewedRow;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOutEngine;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.RowState;
import org.signonflow.rollout.Trouble;
import org.signonflow.security.gate.Refusal;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Roll-outs: their progress, rows and reports. */
@RestController
@Tag(name = "Roll-outs")
@RequestMapping("/api/roll-outs")
class RollOutsController {

    private static final int MOST_ROWS = 1_000;

    private final VisibleRollOuts visible;
    private final RollOuts rollOuts;
    private final Review review;
    private final Report report;
    private final Changes changes;
    private final OpenDecisions decisions;
    private final EngineHistory history;
    private final RollOutEngine engine;
    private final TerraformExports terraform;

    RollOutsController(VisibleRollOuts visible, RollOuts rollOuts, Review review, Report report, Changes changes,
            OpenDecisions decisions, EngineHistory history, RollOutEngine engine, TerraformExports terraform) {
        this.terraform = terraform;
        this.visible = visible;
        this.rollOuts = rollOuts;
        this.review = review;
        this.report = report;
        this.changes = changes;
        this.decisions = decisions;
        this.history = history;
        this.engine = engine;
    }

    /** The latest roll-outs that the caller may see, newest first. */
    @GetMapping
    List<RollOut> latest(Authentication who) {
        return visible.latest(who);
    }

    /** How far a roll-out is. */
    @GetMapping("/{id}")
    RollOutStatus status(@PathVariable String id, Authentication who) {
        return RollOutStatus.of(visible.find(id, who), rollOuts, changes, decisions, history, who);
    }

    /**
     * The rows of a roll-out in the order of its list, after those of shared policies, each with everything that takes effect.
     *
     * @param state      only rows in this state
     * @param trouble    only rows in this trouble
     * @param secondLook whether to return only rows that deserve a second look: true or false
     * @param undone     whether to return only rows that have been undone since they completed, true, or only the others, false
     * @param after      the line of the last row of the page before
     * @param limit      at most this many rows, from 1 to 1,000
     */
    @GetMapping("/{id}/rows")
    List<ReviewedRow> rows(@PathVariable String id, @RequestParam(required = false) RowState state,
            @RequestParam(required = false) Trouble trouble, @RequestParam(defaultValue = "false") String secondLook,
            @RequestParam(required = false) Boolean undone, @RequestParam(defaultValue = "" + Integer.MIN_VALUE) int after,
            @RequestParam(defaultValue = "100") int limit, Authentication who) {
        if (limit < 1 || limit > MOST_ROWS) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "limit: must be from 1 to 1,000.");
        }
        if (!StartRollOutController.TRUTH_VALUES.contains(secondLook)) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "secondLook: must be true or false.");
        }
        return review.rows(visible.find(id, who).id(), state, trouble, Boolean.parseBoolean(secondLook), undone, after, limit);
    }

    /**
     * Starts the undo of a roll-out that has ended, all of it or chosen lines, which another person approves: the policies are unassigned,
     * and what the rows have created and nobody else uses is deleted. For operators, and for the roll-out's requester.
     *
     * @param given the "lines" such as "3, 17-20"; "keep" as "application" to leave the applications; a "reason"; all may be missing
     * @return how far the undo is, a roll-out itself
     */
    @PostMapping("/{id}/undo")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<RollOutStatus> undo(@PathVariable String id, @RequestBody(required = false) Map<String, Object> given,
            Authentication who, HttpServletRequest request) {
        RollOut rollOut = visible.find(id, who);
        Map<String, Object> values = UndoRequest.checked(given, "keep", "lines", "reason");
        String undo = engine.undo(rollOut.id(), (String) values.get("lines"), values.get("keep") != null, (String) values.get("reason"));
        return ResponseEntity.created(URI.create(request.getContextPath() + "/roll-outs/" + undo)).body(status(undo, who));
    }

    /**
     * Rolls back a roll-out that has not ended, and deletes what it has created; of an undo, what has not been undone stays in effect. For
     * operators, and for the requester as long as nothing of it can take effect.
     */
    @PostMapping("/{id}/roll-back")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void rollBack(@PathVariable String id, Authentication who) {
        engine.rollBack(visible.find(id, who));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(RollOutEngine.NotPossibleException refused) {
        return ResponseEntity.of(Refusal.of(HttpStatus.CONFLICT.value(), refused.getMessage())).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(RollOutEngine.NotAllowedException notAllowed) {
        return ResponseEntity.of(Refusal.of(HttpStatus.FORBIDDEN.value(), notAllowed.getMessage())).build();
    }

    /** All rows of a roll-out as CSV, with what each created, who decided and when. */
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/csv", schema = @Schema(type = "string")))
    @GetMapping("/{id}/report.csv")
    void report(@PathVariable String id, Authentication who, HttpServletResponse response) throws IOException {
        RollOut rollOut = visible.find(id, who);
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment().filename("roll-out-" + rollOut.id() + ".csv").build().toString());
        report.write(rollOut, response.getWriter());
    }

    /**
     * What the rows in effect have created, as it is in PingOne now, for Terraform's provider pingidentity/pingone to import. Reads PingOne.
     *
     * @param after the line of the last row of the part before
     * @param limit at most this many rows, from 1 to 100; all by default, if there are not more
     */
    @GetMapping(path = "/{id}/terraform", produces = TerraformFile.TYPE)
    ResponseEntity<String> terraform(@PathVariable String id, @RequestParam(defaultValue = "" + Integer.MIN_VALUE) int after,
            @RequestParam(required = false) Integer limit, Authentication who) {
        RollOut rollOut = visible.find(id, who);
        return TerraformFile.of("roll-out-" + rollOut.id(), terraform.of(rollOut, after, limit, who));
    }
}
