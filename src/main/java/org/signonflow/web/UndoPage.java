package org.signonflow.web;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Changes;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOutEngine;
import org.signonflow.security.setup.Roles;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

import java.util.List;

/** The pages on which the undo of a completed change, or of a roll-out, is requested. */
@Controller
class UndoPage {

    private final VisibleChanges changes;
    private final ChangeEngine engine;
    private final VisibleRollOuts visibleRollOuts;
    private final Changes records;
    private final RollOutEngine rollOutEngine;
    private final boolean urgentIsAllowed;

    UndoPage(VisibleChanges changes, ChangeEngine engine, VisibleRollOuts visibleRollOuts, Changes records, RollOutEngine rollOutEngine,
             @Value("${signonflow.undo.urgent}") boolean urgentIsAllowed) {
        this.urgentIsAllowed = urgentIsAllowed;
        this.changes = changes;
        this.engine = engine;
        this.visibleRollOuts = visibleRollOuts;
        this.records = records;
        this.rollOutEngine = rollOutEngine;
    }

    @GetMapping("/changes/{id}/undo")
    String undo(@PathVariable String id, Model model, Authentication who) {
        Change change = changes.find(id, who);
        return page(change, "", false, who, new ChangeView(change).isInEffect() ? List.of()
            : List.of("It is not in effect, so there is nothing to undo."), model);
    }

    /** Starts the undo, and leads to its page. */
    @PostMapping("/changes/{id}/undo")
    String undo(@PathVariable String id, @RequestParam(defaultValue = "") String reason, @RequestParam(defaultValue = "false") boolean keep,
            @RequestParam(defaultValue = "false") boolean urgent, Model model, Authentication who, HttpServletResponse response) {
        Change change = changes.find(id, who);
        try {
            return "redirect:../" + engine.undo(change, keep, urgent, reason.isBlank() ? null : reason);
        } catch (ChangeEngine.NotAllowedException refused) {
            response.setStatus(HttpStatus.FORBIDDEN.value());
            return page(change, reason, keep, who, List.of(refused.getMessage()), model);
        } catch (WebApplicationException refused) {
            response.setStatus(refused.getResponse().getStatus());
            return page(change, reason, keep, who, Words.byLabel(refused.getMessage()).toList(), model);
        }
    }

    @GetMapping("/roll-outs/{id}/undo")
    String undoRollOut(@PathVariable String id, Model model, Authentication who) {
        RollOut rollOut = visibleRollOuts.find(id, who);
        boolean mayUndo = RollOutStatus.mayUndo(rollOut, records, who);
        return page(rollOut, "", "", false, mayUndo, mayUndo ? List.of()
            : List.of("Nothing of it is in effect, or you may not have it undone: only its requester and operators may."), model);
    }

    /** Starts the undo of a roll-out, and leads to its page. */
    @PostMapping("/roll-outs/{id}/undo")
    String undoRollOut(@PathVariable String id, @RequestParam(defaultValue = "") String lines,
            @RequestParam(defaultValue = "") String reason, @RequestParam(defaultValue = "false") boolean keep, Model model,
            Authentication who, HttpServletResponse response) {
        RollOut rollOut = visibleRollOuts.find(id, who);
        try {
            return "redirect:../" + rollOutEngine.undo(id, lines.isBlank() ? null : lines, keep, reason.isBlank() ? null : reason);
        } catch (RollOutEngine.NotAllowedException refused) {
            response.setStatus(HttpStatus.FORBIDDEN.value());
            return page(rollOut, lines, reason, keep, false, List.of("Only its requester and operators may have a roll-out undone."), model);
        } catch (WebApplicationException refused) {
            response.setStatus(refused.getResponse().getStatus());
            return page(rollOut, lines, reason, keep, true, Words.byLabel(refused.getMessage()).toList(), model);
        }
    }

    private static String page(RollOut rollOut, String lines, String reason, boolean keep, boolean mayUndo, List<String> problems,
            Model model) {
        model.addAttribute("root", "../../");
        model.addAttribute("rollOut", rollOut);
        model.addAttribute("lines", lines);
        model.addAttribute("reason", reason);
        model.addAttribute("keep", keep);
        model.addAttribute("mayUndo", mayUndo);
        model.addAttribute("problems", problems);
        return "undo-roll-out";
    }

    private String page(Change change, String reason, boolean keep, Authentication who, List<String> problems, Model model) {
        model.addAttribute("root", "../../");
        model.addAttribute("change", change);
        model.addAttribute("view", new ChangeView(change));
        model.addAttribute("mayBeUrgent", urgentIsAllowed && PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS));
        model.addAttribute("reason", reason);
        model.addAttribute("keep", keep);
        model.addAttribute("problems", problems);
        return "undo";
    }
}
