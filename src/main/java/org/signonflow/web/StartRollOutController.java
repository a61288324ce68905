package org.signonflow.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Columns;
import org.signonflow.rollout.Plan;
import org.signonflow.rollout.Planner;
import org.signonflow.rollout.Problem;
import org.signonflow.rollout.Request;
import org.signonflow.rollout.RollOutEngine;
import org.signonflow.rollout.RollOutList;
import org.signonflow.rollout.Settings;
import org.signonflow.security.gate.Refusal;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.multipart.support.MissingServletRequestPartException;

/** Plans and starts roll-outs. */
@RestController
@Tag(name = "Roll-outs")
class StartRollOutController {

    static final Set<String> TRUTH_VALUES = Set.of("true", "false");

    private final RollOutList lists;
    private final Planner planner;
    private final RollOutEngine engine;
    private final PlansPerMinute plans;

    StartRollOutController(RollOutList lists, Planner planner, RollOutEngine engine, PlansPerMinute plans) {
        this.lists = lists;
        this.planner = planner;
        this.engine = engine;
        this.plans = plans;
    }

    /** @param id null where it was only planned */
    record Answer(String id, Plan plan) {
    }

    /**
     * Plans or starts a roll-out. The form has the file "list", the "name" of the roll-out, the choice "policy", and whatever all
     * applications share. With "plan" true nothing is started.
     */
    @PostMapping(path = "/api/roll-outs", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ApiResponse(responseCode = "200", description = "The plan", content = @Content(schema = @Schema(implementation = Answer.class)))
    @ApiResponse(responseCode = "201", description = "The roll-out", content = @Content(schema = @Schema(implementation = Answer.class)))
    ResponseEntity<?> start(@RequestParam("list") MultipartFile list, @RequestParam Map<String, String> form,
            MultipartHttpServletRequest request, Principal who) throws IOException {
        String twice = moreThanOnce(request);
        if (twice != null) {
            return refuse(HttpStatus.BAD_REQUEST, twice + " Nothing was started.", null);
        }
        String plan = form.remove("plan");
        if (plan != null && !TRUTH_VALUES.contains(plan)) {
            return refuse(HttpStatus.BAD_REQUEST, "plan: must be true or false. Nothing was started.", null);
        }
        Settings settings = new Settings(form.remove("name"), form.remove("policy"), form);
        byte[] bytes = list.getBytes();
        List<Request> requests = lists.read(new ByteArrayInputStream(bytes), settings);
        if (!plans.take(who.getName())) {
            return refuse(HttpStatus.TOO_MANY_REQUESTS, PlansPerMinute.BEYOND + " Nothing was started.", null);
        }
        Plan planned = planner.plan(requests, null);
        if ("true".equals(plan)) {
            return ResponseEntity.ok(new Answer(null, planned));
        }
        if (!planned.problems().isEmpty()) {
            return refuse(HttpStatus.CONFLICT, "PingOne's current state does not allow this. Nothing was started.", planned.problems());
        }
        String id = engine.start(list.getOriginalFilename() == null ? "list" : list.getOriginalFilename(), bytes, settings);
        return ResponseEntity.created(URI.create(request.getContextPath() + "/roll-outs/" + id)).body(new Answer(id, planned));
    }

    /** Who sends a field twice, or as a file, has meant another value than the one that would be taken. */
    private static String moreThanOnce(MultipartHttpServletRequest request) {
        Stream<String> files = request.getMultiFileMap().entrySet().stream()
            .filter(file -> !file.getKey().equals("list") || file.getValue().size() > 1)
            .map(file -> file.getKey().equals("list") ? "list: must be one file."
                : Columns.printable(file.getKey()) + ": must not be a file.");
        Stream<String> fields = request.getParameterMap().entrySet().stream().filter(field -> field.getValue().length > 1)
            .map(field -> Columns.printable(field.getKey()) + ": must be given once.");
        return Stream.concat(files, fields).findFirst().orElse(null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(BadList bad) {
        int more = bad.more();
        return refuse(HttpStatus.BAD_REQUEST, "The list cannot be accepted. Nothing was started."
            + (more == 0 ? "" : " There are %,d more problems than these.".formatted(more)), bad.problems());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(PingOneException failure) {
        return refuse(HttpStatus.BAD_GATEWAY, failure.getMessage() + " Nothing was started.", null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(RollOutEngine.NotAllowedException notAllowed) {
        return refuse(HttpStatus.FORBIDDEN, notAllowed.getMessage(), null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(RollOutEngine.BeyondLimitException beyond) {
        return refuse(HttpStatus.TOO_MANY_REQUESTS, beyond.getMessage(), null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(MissingServletRequestPartException missing) {
        return refuse(HttpStatus.BAD_REQUEST, "list: is required, a CSV or JSON file.", null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(MultipartException illFormed) {
        return refuse(HttpStatus.BAD_REQUEST,
            "The form cannot be read: it must be multipart/form-data with the boundary that its header names.", null);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refuse(MaxUploadSizeExceededException tooLarge) {
        return refuse(HttpStatus.PAYLOAD_TOO_LARGE, "list: must have at most 8 MiB.", null);
    }

    /** @param problems what is wrong, by line; null where it is not the list's doing */
    private static ResponseEntity<ProblemDetail> refuse(HttpStatus status, String sentence, List<Problem> problems) {
        ProblemDetail refusal = Refusal.of(status.value(), sentence);
        refusal.setProperty("problems", problems);
        return ResponseEntity.of(refusal).build();
    }
}
