package org.signonflow.web;

import jakarta.servlet.http.HttpServletResponse;
import org.signonflow.change.Acceptance;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Finding;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.OpenDecisions;
import org.signonflow.security.login.Names;
import org.signonflow.terraform.Terraform;
import org.signonflow.change.Timeline;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of one change. */
@Controller
class ChangePage {

    private static final Set<String> SAID_ELSEWHERE = Set.of(FlowVariables.ENVIRONMENT, FlowVariables.REASON,
        FlowVariables.APPROVAL_REQUIRED);

    private final VisibleChanges changes;
    private final ChangeDetails details;
    private final VisibleRows rows;
    private final EngineHistory history;
    private final OpenDecisions decisions;
    private final Picture picture;
    private final Promotion promotion;
    private final Terraform terraform;
    private final Changes records;
    private final Timeline timeline;
    private final VisibleRollOuts rollOuts;
    private final Names names;
    private final Acceptance acceptance;

    ChangePage(VisibleChanges changes, ChangeDetails details, VisibleRows rows, EngineHistory history, OpenDecisions decisions,
               Picture picture, Promotion promotion, Terraform terraform, Changes records, Timeline timeline,
               VisibleRollOuts rollOuts, Names names, Acceptance acceptance) {
        this.rollOuts = rollOuts;
        this.changes = changes;
        this.details = details;
        this.rows = rows;
        this.history = history;
        this.decisions = decisions;
        this.picture = picture;
        this.promotion = promotion;
        this.terraform = terraform;
        this.records = records;
        this.timeline = timeline;
        this.names = names;
        this.acceptance = acceptance;
    }

    /** One change; whoever may not see it is answered as if there were none. */
    @GetMapping("/changes/{id}")
    String change(@PathVariable String id, Model model, Authentication who) {
        addTo(model, details.of(changes.find(id, who)), "../", who);
        return "change";
    }

    /** Accepts what the last check has found, and leads back to the page. */
    @PostMapping("/changes/{id}/accept")
    String accept(@PathVariable String id, @RequestParam(defaultValue = "") String foundAt, @RequestParam(defaultValue = "") String comment,
            Model model, Authentication who, HttpServletResponse response) {
        Change change = changes.find(id, who);
        try {
            AcceptRequest request = AcceptRequest.of(foundAt, comment);
            acceptance.accept(change, request.foundAt(), request.comment());
            return "redirect:../" + id;
        } catch (ResponseStatusException refused) {
            return refused(refused.getStatusCode().value(), refused.getReason(), comment, change, model, who, response);
        } catch (ChangeEngine.NotAllowedException refused) {
            return refused(HttpStatus.FORBIDDEN.value(), refused.getMessage(), comment, change, model, who, response);
        } catch (ChangeEngine.NotPossibleException refused) {
            return refused(HttpStatus.CONFLICT.value(), refused.getMessage(), comment, change, model, who, response);
        }
    }

    private String refused(int status, String why, String comment, Change change, Model model, Authentication who,
            HttpServletResponse response) {
        response.setStatus(status);
        model.addAttribute("notAccepted", why);
        model.addAttribute("comment", comment);
        addTo(model, details.of(change), "../../", who);
        return "change";
    }

    /** A row of a roll-out until it has begun; from then on this address leads to its change. */
    @GetMapping("/changes/{rollOut}/{line:-?[0-9]+}")
    String row(@PathVariable String rollOut, @PathVariable int line, @RequestHeader(name = "HX-Request", required = false) String htmx,
            Model model, Authentication who, HttpServletResponse response) {
        ChangeDetails.Details said = rows.find(rollOut, line, who);
        String begun = said.change().id();
        if (begun != null && htmx == null) {
            return "redirect:../" + begun;
        }
        if (begun != null) {
            response.setHeader("HX-Redirect", "../" + begun);
        }
        addTo(model, said, "../../", who);
        return "change";
    }

    private void addTo(Model model, ChangeDetails.Details said, String root, Authentication who) {
        Change change = said.change();
        boolean underWay = !change.state().hasEnded();
        boolean hasBegun = change.id() != null;
        boolean operator = PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS);
        boolean withdraws = !operator && PageHeader.isAny(who, Roles.REQUESTERS) && change.isOwnRequestOf(who.getName())
            && change.state().isWithoutEffect();
        model.addAttribute("root", root);
        model.addAttribute("hasBegun", hasBegun);
        model.addAttribute("change", change);
        ChangeView view = new ChangeView(change);
        model.addAttribute("view", view);
        model.addAttribute("details", said);
        model.addAttribute("underWay", underWay);
        model.addAttribute("isUndone", change.state().isUndone());
        model.addAttribute("task", underWay && hasBegun ? decisions.task(change.id(), who.getName()).orElse(null) : null);
        model.addAttribute("withdraws", withdraws);
        model.addAttribute("mayRollBack", withdraws || operator && hasBegun && underWay
            && (change.state() != ChangeState.UNDOING || view.isUndo() && view.isStuck()));
        Optional<Change> undo = Optional.ofNullable(change.undoneBy()).flatMap(records::find);
        // Only an undo deletes what a change has completed.
        model.addAttribute("partlyUndone", view.isInEffect() && undo.filter(one -> one.state().hasEnded()).isPresent()
            && timeline.hasLostSomething(change));
        model.addAttribute("urgentUndo", undo.filter(one -> view.isInEffect() && one.unassignedAt() != null).orElse(null));
        Optional<Change> seen = changes.seen(change.undoneBy(), who);
        model.addAttribute("undo", seen.orElse(null));
        model.addAttribute("undoState", seen.map(one -> new ChangeView(one).shortState().toLowerCase(Locale.ROOT)).orElse(null));
        model.addAttribute("rollOut", change.rollOut() == null ? null : rollOuts.name(change.rollOut(), who));
        model.addAttribute("goesToTerraform", change.state() == ChangeState.COMPLETED && !view.isUndo() && terraform.hasAny(change));
        model.addAttribute("startsAlone", hasBegun && promotion.problem(change).isEmpty());
        boolean mayAct = view.isInEffect() && VisibleChanges.mayAct(change.requestedBy(), who);
        model.addAttribute("mayUndo", mayAct && !view.isSharedPolicy());
        model.addAttribute("mayCheck", mayAct);
        model.addAttribute("mayAccept", view.hasDrifted() && PageHeader.isAny(who, Roles.APPROVERS)
            && acceptance.objection(change, who.getName()).isEmpty());
        model.addAttribute("seesDrift", change.check() == null ? Set.of() : change.check().findings().stream().map(Finding::change)
            .filter(id -> id != null && changes.sees(id, who)).collect(Collectors.toSet()));
        model.addAttribute("mayRetry", operator && change.incidentId() != null);
        model.addAttribute("signOnNow", said.signOnNow() != null ? said.signOnNow()
            : change.applicationId() == null && change.applicationName() != null ? InWords.NOBODY_YET : null);
        String priority = said.request().getOrDefault(FlowVariables.ASSIGNMENT_PRIORITY, "1");
        model.addAttribute("signOnAfter", Objects.requireNonNullElseGet(said.signOnAfter(), () -> knowsOthers(change)
            ? InWords.byItself(change.policyName(), priority)
            : "%s (priority %s), besides what else it has by then".formatted(change.policyName(), priority)));
        model.addAttribute("request", Words.request(said.request(), SAID_ELSEWHERE));
        Map<String, String> ids = new LinkedHashMap<>();
        said.ids().forEach((name, value) -> ids.put(Words.OBJECTS.get(name), value));
        model.addAttribute("ids", ids);
        model.addAttribute("timeline", said.timeline().stream()
            .map(event -> new EventView(event, view.isWithdrawn(), names.of(event.by()).name())).toList());
        if (!hasBegun) {
            return;
        }
        EngineHistory.Path path = history.path(change.id());
        model.addAttribute("picture", picture.of(change.rollOut() == null || view.isUndo() ? change.flow() : Flow.ROW, path));
        model.addAttribute("at", Stream.of(path.failed(), path.active(), path.passed()).flatMap(Set::stream)
            .filter(element -> underWay || element.startsWith("EndEvent_")).findFirst().orElse(null));
    }

    /** What an existing application is assigned besides is looked up once its row has begun. */
    private static boolean knowsOthers(Change change) {
        return change.id() != null || change.applicationId() == null;
    }
}
