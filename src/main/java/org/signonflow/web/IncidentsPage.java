package org.signonflow.web;

import java.util.Locale;
import org.signonflow.change.Incidents;
import org.signonflow.security.setup.Roles;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What is stuck, by why it is. */
@Controller
class IncidentsPage {

    private final IncidentsController incidents;

    IncidentsPage(IncidentsController incidents) {
        this.incidents = incidents;
    }

    @GetMapping("/incidents")
    String incidents(Model model, Authentication who) {
        IncidentsController.Overview overview = incidents.overview(who);
        model.addAttribute("groups", overview.groups());
        model.addAttribute("actions", overview.actions());
        model.addAttribute("words", new IncidentsPage.StepWords());
        model.addAttribute("mayAct", PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS));
        return "incidents";
    }

    /** Names of steps. */
    static final class StepWords {

        /** {@code Task_CreateSignOnPolicy} as {@code Create sign-on policy}. */
        public String of(Incidents.Cause cause) {
            String name = cause.step().replaceFirst("^[A-Za-z]*_", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
            return name.isEmpty() ? "Not known" : name.charAt(0)
                + name.substring(1).toLowerCase(Locale.ROOT).replace("sign on", "sign-on").replace("mfa", "MFA");
        }
    }
}
