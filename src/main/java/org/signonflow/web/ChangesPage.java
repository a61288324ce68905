package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Drifted;
import org.signonflow.change.Flow;
import org.signonflow.change.Standing;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The list of changes, with filters. */
@Controller
class ChangesPage {

    private static final int PAGE = 50;
    private static final int LONGEST_FILTER = 200;
    private static final List<String> FILTERS = List.of("q", "state", "environment", "flow", "requester", "from", "to", "rollOut",
        "rows", "drift", "after");

    private final VisibleChanges changes;
    private final PingOneEnvironments environments;
    private final VisibleRollOuts rollOuts;

    ChangesPage(VisibleChanges changes, PingOneEnvironments environments, VisibleRollOuts rollOuts) {
        this.rollOuts = rollOuts;
        this.changes = changes;
        this.environments = environments;
    }

    @GetMapping("/changes")
    String changes(@RequestParam Map<String, String> asked, Model model, Authentication who) {
        Map<String, String> filter = new LinkedHashMap<>();
        FILTERS.forEach(name -> {
            String value = asked.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                filter.put(name, value.substring(0, Math.min(value.length(), LONGEST_FILTER)));
            }
        });
        Standing standing = Stream.of(Standing.values()).filter(one -> one.name().equals(filter.get("state"))).findFirst().orElse(null);
        Drifted drift = Stream.of(Drifted.values()).filter(one -> one.name().equals(filter.get("drift"))).findFirst().orElse(null);
        List<Change> found = changes.list(new ChangeFilter(filter.get("q"), standing, filter.get("environment"), filter.get("flow"),
            filter.get("requester"), day(filter.get("from"), 0), day(filter.get("to"), 1), filter.get("rollOut"),
            List.of("true", "false").contains(filter.getOrDefault("rows", "")) ? Boolean.valueOf(filter.get("rows")) : null, null,
            drift),
            filter.remove("after"), PAGE + 1, who);
        model.addAttribute("filter", filter);
        model.addAttribute("rollOut", filter.containsKey("rollOut") ? rollOuts.name(filter.get("rollOut"), who) : null);
        model.addAttribute("changes", found.stream().limit(PAGE).map(ChangeView::new).toList());
        if (found.size() > PAGE) {
            UriComponentsBuilder next = UriComponentsBuilder.fromPath("changes");
            filter.forEach((name, value) -> next.queryParam(name, "{" + name + "}"));
            next.queryParam("after", found.get(PAGE - 1).id());
            model.addAttribute("next", "./" + next.encode().buildAndExpand(filter).toUriString());
        }
        model.addAttribute("states", standings());
        model.addAttribute("drifts", Words.DRIFTED);
        model.addAttribute("environments", environments.aliases());
        Map<String, String> flows = new LinkedHashMap<>();
        Stream.of(Flow.values()).forEach(flow -> flows.put(flow.key(), flow.title()));
        flows.put(Flow.UNDO, ChangeView.UNDO);
        model.addAttribute("flows", flows);
        model.addAttribute("seesAll", VisibleRollOuts.seesAll(who));
        model.addAttribute("here", "changes");
        return "changes";
    }

    private static Map<String, String> standings() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put(Standing.UNDER_WAY.name(), "Under way");
        words.put(Standing.STUCK.name(), "Stuck");
        words.put(Standing.ENDED.name(), "Ended");
        words.put(Standing.UNDONE.name(), "Undone");
        Stream.of(ChangeState.values()).filter(ChangeState::hasBegun)
            .forEach(state -> words.put(state.name(), Words.STATES.get(state).replaceFirst(":.*", "")));
        return words;
    }

    /** The start of a day in UTC; null for what is no day. */
    private static Instant day(String text, int later) {
        try {
            return text == null ? null : LocalDate.parse(text).plusDays(later).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException notDay) {
            return null;
        }
    }
}
