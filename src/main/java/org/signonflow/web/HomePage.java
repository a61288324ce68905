package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.Checks;
import org.signonflow.change.Outcomes;
import org.signonflow.change.Standing;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.Stage;
import org.signonflow.security.setup.Roles;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What concerns the user: by role, and what is going on. */
@Controller
class HomePage {

    private static final int SOME = 10;

    private final VisibleChanges changes;
    private final VisibleRollOuts rollOuts;
    private final Outcomes outcomes;
    private final Checks checks;
    private final Clock clock;

    HomePage(VisibleChanges changes, VisibleRollOuts rollOuts, Outcomes outcomes, Checks checks, Clock clock) {
        this.checks = checks;
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    @GetMapping("/")
    String home(Model model, Authentication who) {
        boolean approver = PageHeader.isAny(who, Roles.APPROVERS);
        model.addAttribute("isApprover", approver);
        List<RollOut> latest = rollOuts.latest(who);
        List<ChangeView> above = new ArrayList<>();
        if (approver) {
            above.addAll(add(model, "toDecide", list(ChangeFilter.ALL.with(Standing.WAITING_FOR_APPROVAL).alone()
                .notBy(who.getName()), who)));
            model.addAttribute("rollOutsToDecide", latest.stream().filter(rollOut -> rollOut.stage() == Stage.WAITING_FOR_APPROVAL
                && !who.getName().equals(rollOut.requestedBy())).toList());
        }
        above.addAll(add(model, "stuck", list(ChangeFilter.ALL.with(Standing.STUCK), who)));
        List<ChangeView> underWay = add(model, "underWay", list(ChangeFilter.ALL.with(Standing.UNDER_WAY).alone(), who));
        model.addAttribute("underWay", underWay.stream().filter(view -> !above.contains(view)).toList());
        add(model, "ended", changes.lastEnded(ChangeFilter.ALL.alone(), SOME + 1, who));
        model.addAttribute("drift", Words.drift(checks.count(VisibleRollOuts.seesAll(who) ? null : who.getName())));
        model.addAttribute("rollOutsUnderWay", latest.stream().filter(rollOut -> rollOut.endedAt() == null
            && !(approver && rollOut.stage() == Stage.WAITING_FOR_APPROVAL && !who.getName().equals(rollOut.requestedBy()))).limit(SOME).toList());
        model.addAttribute("rollOuts", latest.stream().limit(SOME).toList());
        model.addAttribute("stages", latest.stream().collect(Collectors.toMap(RollOut::id, Words::stage)));
        model.addAttribute("script", "environments.js");
        return "home";
    }

    private List<Change> list(ChangeFilter filter, Authentication who) {
        return changes.list(filter, null, SOME + 1, who);
    }

    /** Adds the first of those changes, and whether there are more. */
    private static List<ChangeView> add(Model model, String name, List<Change> found) {
        List<ChangeView> shown = found.stream().limit(SOME).map(ChangeView::new).toList();
        model.addAttribute(name, shown);
        model.addAttribute("more" + name.substring(0, 1).toUpperCase() + name.substring(1), found.size() > SOME);
        return shown;
    }

    /** A part of the home page that is asked for once, and not with each look for news. */
    @GetMapping("/changes/outcomes")
    String outcomes(Model model, Authentication who) {
        LocalDate first = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(OutcomesPicture.DAYS - 1);
        model.addAttribute("outcomes", new OutcomesPicture(first,
            outcomes.since(first, VisibleRollOuts.seesAll(who) ? null : who.getName())));
        return "fragments :: outcomes";
    }
}
