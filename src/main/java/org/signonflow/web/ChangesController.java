package org.signonflow.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.change.Acceptance;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Drifted;
import org.signonflow.change.Standing;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Preview;
import org.signonflow.rollout.Problem;
import org.signonflow.security.gate.Refusal;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Changes: flows, and the rows of roll-outs that have begun, for as long as their history is kept. */
@RestController
@Tag(name = "Changes")
@RequestMapping("/api/changes")
class ChangesController {

    private static final int MOST = 1_000;
    private static final int LONGEST_SEARCH = 200;

    private final VisibleChanges visible;
    private final ChangeDetails details;
    private final VisibleRows rows;
    private final ChangeEngine engine;
    private final Acceptance acceptance;
    private final NewChange newChange;
    private final TerraformExports terraform;
    private final Promotion promotion;
    private final PlansPerMinute plans;

    ChangesController(VisibleChanges visible, ChangeDetails details, VisibleRows rows, ChangeEngine engine, Acceptance acceptance,
                      NewChange newChange, TerraformExports terraform, Promotion promotion, PlansPerMinute plans) {
        this.terraform = terraform;
        this.promotion = promotion;
        this.plans = plans;
        this.visible = visible;
        this.engine = engine;
        this.acceptance = acceptance;
        this.newChange = newChange;
        this.details = details;
        this.rows = rows;
    }

    /**
     * The changes that the caller may see, latest first.
     *
     * @param q           what the application's or policy's name or id contains, in any case
     * @param state       only changes in this state, or in one of several: STUCK, UNDER_WAY, ENDED
     * @param environment only changes of this environment's alias
     * @param flow        only changes by this flow, such as configure-mfa-sign-on, alone or as rows of roll-outs
     * @param requester   only changes that this user requested
     * @param from        only changes requested at this time or later, such as 2026-01-31T12:00:00Z
     * @param to          only changes requested before this time
     * @param rollOut     only rows of this roll-out
     * @param rows        true: only rows of roll-outs; false: none of them
     * @param drift       only changes in effect whose last check has found this: CHANGED, WEAKENED, GONE, any of these (DRIFTED),
     *                    a difference that a person has accepted (ACCEPTED), UNCHANGED, nothing because it failed (FAILED), or that were never checked (UNCHECKED)
     * @param after       the id of the last change of the page before
     * @param limit       at most this many changes, from 1 to 1,000
     */
    @GetMapping
    List<Change> list(@RequestParam(required = false) String q, @RequestParam(required = false) Standing state,
            @RequestParam(required = false) String environment, @RequestParam(required = false) String flow,
            @RequestParam(required = false) String requester, @RequestParam(required = false) Instant from,
            @RequestParam(required = false) Instant to, @RequestParam(required = false) String rollOut,
            @RequestParam(required = false) Boolean rows, @RequestParam(required = false) Drifted drift,
            @RequestParam(required = false) String after,
            @RequestParam(defaultValue = "100") int limit, Authentication who) {
        if (limit < 1 || limit > MOST) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "limit: must be from 1 to 1,000.");
        }
        if (q != null && q.length() > LONGEST_SEARCH) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "q: must have at most 200 characters.");
        }
        return visible.list(new ChangeFilter(blankToNull(q), state, blankToNull(environment), blankToNull(flow), blankToNull(requester),
            from, to, blankToNull(rollOut), rows, null, drift), blankToNull(after), limit, who);
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /**
     * Starts a flow, or says what it would do.
     *
     * @param plan  true to start nothing: the answer is the preview. Otherwise it is the change
     * @param given the flow's key as "flow", its variables by name and, if wanted, its "businessKey"
     */
    @PostMapping
    @ApiResponse(responseCode = "200", description = "The preview", content = @Content(schema = @Schema(implementation = Preview.class)))
    @ApiResponse(responseCode = "201", description = "The change", content = @Content(schema = @Schema(implementation = Change.class)))
    ResponseEntity<?> start(@RequestParam(defaultValue = "false") String plan, @RequestBody Map<String, Object> given, Authentication who,
            HttpServletRequest request) {
        if (!StartRollOutController.TRUTH_VALUES.contains(plan)) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "plan: must be true or false. Nothing was started.");
        }
        if (Boolean.parseBoolean(plan)) {
            return ResponseEntity.ok(newChange.preview(given, who));
        }
        String id = newChange.start(given);
        return ResponseEntity.created(URI.create(request.getContextPath() + "/changes/" + id)).body(visible.find(id, who));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(BadList bad) {
        return ResponseEntity.of(Refusal.of(HttpStatus.BAD_REQUEST.value(),
            bad.problems().stream().map(Problem::sentence).collect(Collectors.joining(" ")))).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(PingOneException failure) {
        return ResponseEntity.of(Refusal.of(HttpStatus.BAD_GATEWAY.value(), failure.getMessage())).build();
    }

    /** A change: what takes effect with it, and what has happened. */
    @GetMapping("/{id}")
    ChangeDetails.Details details(@PathVariable String id, Authentication who) {
        return details.of(visible.find(id, who));
    }

    /**
     * A row of a roll-out by its line in the list, 0 and below for a policy that rows share: the change once it has begun, and before that
     * what it will be, without an id.
     */
    @GetMapping("/{rollOut}/{line:-?[0-9]+}")
    ChangeDetails.Details row(@PathVariable String rollOut, @PathVariable int line, Authentication who) {
        return rows.find(rollOut, line, who);
    }

    /**
     * What a completed change has created, as it is in PingOne now, for Terraform's provider pingidentity/pingone to import. Reads PingOne.
     */
    @GetMapping(path = "/{id}/terraform", produces = TerraformFile.TYPE)
    ResponseEntity<String> terraform(@PathVariable String id, Authentication who) {
        Change change = visible.find(id, who);
        return TerraformFile.of("change-" + change.id(), terraform.of(change, who));
    }

    /**
     * The body that starts the same change in another environment, once that is named as its "environment" and the texts in angle brackets
     * are replaced by ids from there.
     */
    @GetMapping("/{id}/request")
    Map<String, String> request(@PathVariable String id, Authentication who) {
        return promotion.of(visible.find(id, who));
    }

    /**
     * Undoes a change that has not ended, and deletes what it has created. For operators, and for the requester as long as nothing of it can
     * take effect.
     */
    @PostMapping("/{id}/roll-back")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void rollBack(@PathVariable String id, Authentication who) {
        engine.rollBack(visible.find(id, who));
    }

    /**
     * Starts the undo of a completed change, which another person approves: its policy is unassigned, and what it has created and nobody
     * else uses is deleted. For operators, and for the change's requester.
     *
     * @param given "keep" as "application" to leave the application even if the change created it, a "reason", and "urgent" as true to
     *              unassign the policy at once and have only the rest approved, which is for operators, where signonflow.undo.urgent allows
     *              it; all may be missing
     * @return the change that undoes it
     */
    @PostMapping("/{id}/undo")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<Change> undo(@PathVariable String id, @RequestBody(required = false) Map<String, Object> given, Authentication who,
            HttpServletRequest request) {
        Change change = visible.find(id, who);
        Map<String, Object> values = UndoRequest.checked(given, "keep", "reason", "urgent");
        String undo = engine.undo(change, values.get("keep") != null, Boolean.TRUE.equals(values.get("urgent")), (String) values.get("reason"));
        return ResponseEntity.created(URI.create(request.getContextPath() + "/changes/" + undo)).body(visible.find(undo, who));
    }

    /**
     * Compares a completed change with PingOne now, in a few reads. For operators, and for the change's requester.
     *
     * @return the change, with what was found as "check"
     */
    @PostMapping("/{id}/check")
    Change check(@PathVariable String id, @RequestHeader(name = "HX-Request", required = false) String htmx, Authentication who,
            HttpServletResponse response) {
        Change change = visible.find(id, who);
        if (!VisibleChanges.mayAct(change.requestedBy(), who)) {
            throw new ChangeEngine.NotAllowedException("Only its requester and operators may have a change checked.", null);
        }
        if (!plans.take(who.getName())) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, PlansPerMinute.BEYOND);
        }
        if (htmx != null) {
            // Also when it fails: the page then says so.
            response.setHeader("HX-Refresh", "true");
        }
        engine.check(change);
        return visible.find(id, who);
    }

    /**
     * Says that what the last check has found is how it should be: as long as exactly that is found, the change does not count as differing.
     * For approvers other than the change's requester. Nothing is changed in PingOne.
     *
     * @param given "foundAt" of the "check" that was looked at, and a "comment"
     * @return the change
     */
    @PostMapping("/{id}/accept")
    Change accept(@PathVariable String id, @RequestBody(required = false) Map<String, Object> given, Authentication who) {
        Change change = visible.find(id, who);
        Map<String, Object> values = UndoRequest.checked(given, "comment", "foundAt");
        AcceptRequest request = AcceptRequest.of((String) values.get("foundAt"), (String) values.get("comment"));
        acceptance.accept(change, request.foundAt(), request.comment());
        return visible.find(id, who);
    }

    /** Repeats the steps that have failed for good. For operators. */
    @PostMapping("/{id}/retry")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void retry(@PathVariable String id, Authentication who) {
        engine.retry(visible.find(id, who));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(ChangeEngine.NotAllowedException refused) {
        return ResponseEntity.of(Refusal.of(HttpStatus.FORBIDDEN.value(), refused.getMessage())).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(ChangeEngine.NotAnsweredException late) {
        return ResponseEntity.of(Refusal.of(HttpStatus.GATEWAY_TIMEOUT.value(), late.getMessage())).build();
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(ChangeEngine.NotPossibleException refused) {
        return ResponseEntity.of(Refusal.of(HttpStatus.CONFLICT.value(), refused.getMessage())).build();
    }
}
