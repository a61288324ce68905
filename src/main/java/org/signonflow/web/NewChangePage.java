package org.signonflow.web;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Problem;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The form of a flow, its preview and its start. */
@Controller
class NewChangePage {

    private final NewChange newChange;
    private final PingOneEnvironments environments;

    NewChangePage(NewChange newChange, PingOneEnvironments environments) {
        this.newChange = newChange;
        this.environments = environments;
    }

    /** The form of a flow. */
    @GetMapping("/changes/new")
    String form(@RequestParam(defaultValue = "") String flow, Model model) {
        Flow chosen = Flow.find(flow).orElse(Flow.values()[0]);
        model.addAttribute("root", "../");
        model.addAttribute("flow", chosen);
        model.addAttribute("flows", List.of(Flow.values()));
        model.addAttribute("fields", newChange.fields(chosen).stream()
            .filter(field -> !field.name().equals(FlowVariables.APPROVAL_REQUIRED) || field.complaint("false").isEmpty()).toList());
        model.addAttribute("labels", Words.LABELS);
        model.addAttribute("hints", Words.HINTS);
        model.addAttribute("choices", Map.of(FlowVariables.ENVIRONMENT, environments.aliases(),
            FlowVariables.NO_DEVICES_MODE, List.of("", "BLOCK", "BYPASS"), FlowVariables.APPROVAL_REQUIRED, List.of("true", "false")));
        return "new-change";
    }

    /** Previews or starts the flow; the answer is a part of that page. */
    @PostMapping("/changes/new")
    String start(@RequestParam Map<String, String> form, Model model, Authentication who, HttpServletResponse response) {
        Map<String, Object> given = new LinkedHashMap<>(form);
        given.values().removeIf(value -> value.toString().isBlank());
        try {
            if ("true".equals(given.remove("plan"))) {
                model.addAttribute("preview", newChange.preview(given, who));
                return "fragments :: preview";
            }
            response.setHeader("HX-Redirect", newChange.start(given));
            return "fragments :: problems";
        } catch (BadList bad) {
            model.addAttribute("problems", bad.problems().stream().map(Problem::sentence).toList());
        } catch (ResponseStatusException refused) {
            model.addAttribute("problems", List.of(refused.getReason()));
        } catch (PingOneException | WebApplicationException | ChangeEngine.NotAllowedException refused) {
            model.addAttribute("problems", List.of(refused.getMessage()));
        }
        return "fragments :: problems";
    }
}
