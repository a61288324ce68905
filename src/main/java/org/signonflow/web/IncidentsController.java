package org.signonflow.web;

import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.signonflow.change.Incidents;
import org.signonflow.change.PlainText;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Changes that are stuck, by why they are. */
@RestController
@Tag(name = "Incidents")
@RequestMapping("/api/incidents")
class IncidentsController {

    private final Incidents incidents;
    private final PingOneEnvironments environments;

    IncidentsController(Incidents incidents, PingOneEnvironments environments) {
        this.incidents = incidents;
        this.environments = environments;
    }

    /**
     * What is stuck, and what is done about it.
     *
     * @param groups  the changes that are stuck for the same reason, the most frequent first
     * @param actions what was last done with all of a group, the latest first; nothing for those who only see their own changes
     */
    record Overview(List<Incidents.Group> groups, List<Incidents.Action> actions) {
    }

    /** Changes that are stuck, by step, PingOne's code and environment, and what is done with all of a group. */
    @GetMapping
    Overview overview(Authentication who) {
        boolean all = VisibleRollOuts.seesAll(who);
        return new Overview(incidents.groups(all ? null : who.getName()), all ? incidents.actions() : List.of());
    }

    /**
     * Retries all changes that are stuck for a reason now, a few each second. For operators.
     *
     * @param step as in the group; empty if it is there
     * @param code as in the group; empty if it is there
     * @return what goes on; see the overview for how far it has come
     */
    @PostMapping("/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Incidents.Action retry(@RequestParam String step, @RequestParam String code, @RequestParam String environment, Authentication who) {
        return begin(Incidents.Kind.RETRY, new Incidents.Cause(step, code, environment), who);
    }

    /**
     * Rolls back all changes that are stuck for a reason now and are not being undone, a few each second: what they have created is
     * deleted. For operators.
     *
     * @param step as in the group; empty if it is there
     * @param code as in the group; empty if it is there
     * @return what goes on; see the overview for how far it has come
     */
    @PostMapping("/roll-back")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Incidents.Action rollBack(@RequestParam String step, @RequestParam String code, @RequestParam String environment,
            Authentication who) {
        return begin(Incidents.Kind.ROLL_BACK, new Incidents.Cause(step, code, environment), who);
    }

    private Incidents.Action begin(Incidents.Kind kind, Incidents.Cause cause, Authentication who) {
        if (!PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS)) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN, "Only operators may retry or roll back what is stuck.");
        }
        for (String text : List.of(cause.step(), cause.code(), cause.environment())) {
            if (PlainText.unstorable(text).isPresent()) {
                throw nothing();
            }
        }
        Incidents.Action action = incidents.begin(kind, cause, who.getName());
        if (action.changes() == 0) {
            throw nothing();
        }
        return action;
    }

    private static ResponseStatusException nothing() {
        return new ResponseStatusException(HttpStatus.NOT_FOUND,
            "No change is stuck for this reason, or those that are cannot be rolled back. GET /api/incidents has the reasons.");
    }
}
