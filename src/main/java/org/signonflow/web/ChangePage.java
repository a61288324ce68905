package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeState;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.OpenDecisions;
import org.signonflow.security.setup.Roles;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The page of one change. */
@Controller
class ChangePage {

    private static final Set<String> SAID_ELSEWHERE = Set.of(FlowVariables.ENVIRONMENT, FlowVariables.REASON,
        FlowVariables.APPROVAL_REQUIRED);

    private final VisibleChanges changes;
    private final ChangeDetails details;
    private final EngineHistory history;
    private final OpenDecisions decisions;
    private final Picture picture;

    ChangePage(VisibleChanges changes, ChangeDetails details, EngineHistory history, OpenDecisions decisions, Picture picture) {
        this.changes = changes;
        this.details = details;
        this.history = history;
        this.decisions = decisions;
        this.picture = picture;
    }

    /** One change; whoever may not see it is answered as if there were none. */
    @GetMapping("/changes/{id}")
    String change(@PathVariable String id, Model model, Authentication who) {
        ChangeDetails.Details said = details.of(changes.find(id, who));
        Change change = said.change();
        boolean underWay = !change.state().hasEnded();
        boolean operator = PageHeader.isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS);
        boolean withdraws = !operator && PageHeader.isAny(who, Roles.REQUESTERS) && change.isOwnRequestOf(who.getName())
            && change.state().isWithoutEffect();
        model.addAttribute("root", "../");
        model.addAttribute("change", change);
        model.addAttribute("view", new ChangeView(change));
        model.addAttribute("details", said);
        model.addAttribute("underWay", underWay);
        model.addAttribute("takesEffect", change.state().isInEffect());
        model.addAttribute("isUndone", change.state().isUndone());
        model.addAttribute("task", underWay ? decisions.task(id, who.getName()).orElse(null) : null);
        model.addAttribute("withdraws", withdraws);
        model.addAttribute("mayRollBack", withdraws || operator && underWay && change.state() != ChangeState.UNDOING);
        model.addAttribute("mayRetry", operator && change.incidentId() != null);
        model.addAttribute("signOnNow", said.signOnNow() != null ? said.signOnNow()
            : change.applicationId() == null && change.applicationName() != null ? "Nobody: the application is new." : null);
        model.addAttribute("signOnAfter", Objects.requireNonNullElseGet(said.signOnAfter(), () -> "%s (priority %s), and nothing else"
            .formatted(change.policyName(), said.request().getOrDefault(FlowVariables.ASSIGNMENT_PRIORITY, "1"))));
        Map<String, String> request = new LinkedHashMap<>();
        said.request().forEach((name, value) -> {
            if (Words.LABELS.containsKey(name) && !SAID_ELSEWHERE.contains(name)) {
                request.put(Words.LABELS.get(name), value);
            }
        });
        model.addAttribute("request", request);
        Map<String, String> ids = new LinkedHashMap<>();
        said.ids().forEach((name, value) -> ids.put(Words.OBJECTS.get(name), value));
        model.addAttribute("ids", ids);
        model.addAttribute("timeline", said.timeline().stream().map(EventView::new).toList());
        EngineHistory.Path path = history.path(id);
        model.addAttribute("picture", picture.of(change.rollOut() == null ? change.flow() : Flow.ROW, path));
        model.addAttribute("at", Stream.of(path.failed(), path.active(), path.passed()).flatMap(Set::stream)
            .filter(element -> underWay || element.startsWith("EndEvent_")).findFirst().orElse(null));
        return "change";
    }
}
