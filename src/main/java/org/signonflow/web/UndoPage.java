package org.signonflow.web;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

import java.util.List;

/** The page on which the undo of a completed change is requested. */
@Controller
class UndoPage {

    private final VisibleChanges changes;
    private final ChangeEngine engine;

    UndoPage(VisibleChanges changes, ChangeEngine engine) {
        this.changes = changes;
        this.engine = engine;
    }

    @GetMapping("/changes/{id}/undo")
    String undo(@PathVariable String id, Model model, Authentication who) {
        Change change = changes.find(id, who);
        return page(change, "", false, new ChangeView(change).isInEffect() ? List.of()
            : List.of("It is not in effect, so there is nothing to undo."), model);
    }

    /** Starts the undo, and leads to its page. */
    @PostMapping("/changes/{id}/undo")
    String undo(@PathVariable String id, @RequestParam(defaultValue = "") String reason, @RequestParam(defaultValue = "false") boolean keep,
            Model model, Authentication who, HttpServletResponse response) {
        Change change = changes.find(id, who);
        try {
            return "redirect:../" + engine.undo(change, keep, reason.isBlank() ? null : reason);
        } catch (ChangeEngine.NotAllowedException refused) {
            response.setStatus(HttpStatus.FORBIDDEN.value());
            return page(change, reason, keep, List.of(refused.getMessage()), model);
        } catch (WebApplicationException refused) {
            response.setStatus(refused.getResponse().getStatus());
            return page(change, reason, keep, Words.byLabel(refused.getMessage()).toList(), model);
        }
    }

    private static String page(Change change, String reason, boolean keep, List<String> problems, Model model) {
        model.addAttribute("root", "../../");
        model.addAttribute("change", change);
        model.addAttribute("view", new ChangeView(change));
        model.addAttribute("reason", reason);
        model.addAttribute("keep", keep);
        model.addAttribute("problems", problems);
        return "undo";
    }
}
