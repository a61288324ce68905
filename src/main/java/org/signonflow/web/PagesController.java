package org.signonflow.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeFilter;
import org.signonflow.change.ChangeState;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Standing;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Problem;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.Stage;
import org.signonflow.security.setup.Roles;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriComponentsBuilder;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The pages. Their addresses of other pages are relative, so that they work under whatever prefix a proxy adds. */
@Controller
class PagesController {

    private static final int SOME = 10;
    private static final int PAGE = 50;
    private static final int LONGEST_FILTER = 200;
    private static final List<String> FILTERS = List.of("q", "state", "environment", "flow", "requester", "from", "to", "rollOut", "after");
    private static final Map<String, String> LABELS = Map.ofEntries(
        Map.entry(FlowVariables.ENVIRONMENT, "PingOne environment"), Map.entry(FlowVariables.REASON, "Reason"),
        Map.entry(FlowVariables.APPROVAL_REQUIRED, "Wait for approval"),
        Map.entry(FlowVariables.APPLICATION_NAME, "Application"), Map.entry(FlowVariables.APPLICATION_ID, "Application id"),
        Map.entry(FlowVariables.APPLICATION_DESCRIPTION, "Application description"), Map.entry(FlowVariables.REDIRECT_URIS, "Redirect URIs"),
        Map.entry(FlowVariables.BUNDLE_ID, "Bundle id (iOS)"), Map.entry(FlowVariables.PACKAGE_NAME, "Package name (Android)"),
        Map.entry(FlowVariables.SCOPES, "Scopes"), Map.entry(FlowVariables.POLICY_NAME, "Sign-on policy"),
        Map.entry(FlowVariables.POLICY_DESCRIPTION, "Policy description"), Map.entry(FlowVariables.AUTHENTICATORS, "Authenticators"),
        Map.entry(FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, "Device authentication policy"),
        Map.entry(FlowVariables.NO_DEVICES_MODE, "Users without a device"),
        Map.entry(FlowVariables.ASSIGNMENT_PRIORITY, "Priority of the assignment"));
    private static final Map<String, String> HINTS = Map.of(
        FlowVariables.REDIRECT_URIS, "https://www.example.com, separated by commas", FlowVariables.BUNDLE_ID, "com.example.app",
        FlowVariables.PACKAGE_NAME, "com.example.app", FlowVariables.APPLICATION_ID, "11111111-2222-3333-4444-555555555555",
        FlowVariables.POLICY_NAME, "Letters, digits or _ . -",
        FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, "Used instead of the authenticators",
        FlowVariables.REASON, "Why this is needed, such as the address of a ticket");
    private static final Set<String> SAID_ELSEWHERE = Set.of(FlowVariables.ENVIRONMENT, FlowVariables.REASON,
        FlowVariables.APPROVAL_REQUIRED);
    private static final Map<String, String> OBJECTS = Map.of(FlowVariables.APPLICATION_ID, "application", FlowVariables.GRANT_ID, "grant",
        FlowVariables.POLICY_ID, "sign-on policy", FlowVariables.ACTION_ID, "action", FlowVariables.ASSIGNMENT_ID, "assignment");
    private static final Map<String, String> STAGES = Map.of("CHECKING", "Checking the list",
        "CREATING", "Creating: nothing takes effect yet", "WAITING_FOR_APPROVAL", "Waiting for approval: nothing has taken effect",
        "ASSIGNING", "Assigning: taking effect", "UNDOING", "Undoing", "COMPLETED", "Completed",
        "DECLINED", "Declined: nothing remains in PingOne", "REJECTED", "Rejected: nothing remains in PingOne",
        "ROLLED_BACK", "Rolled back: nothing remains in PingOne");

    private final VisibleChanges changes;
    private final VisibleRollOuts rollOuts;
    private final ChangeDetails details;
    private final EngineHistory history;
    private final Picture picture;
    private final PingOneEnvironments environments;
    private final NewChange newChange;

    PagesController(VisibleChanges changes, VisibleRollOuts rollOuts, ChangeDetails details, EngineHistory history, Picture picture,
                    PingOneEnvironments environments, NewChange newChange) {
        this.changes = changes;
        this.rollOuts = rollOuts;
        this.details = details;
        this.history = history;
        this.picture = picture;
        this.environments = environments;
        this.newChange = newChange;
    }

    @ModelAttribute
    void header(Model model, Authentication who, HttpServletRequest request) {
        if (who == null) {
            // On the way to the login.
            return;
        }
        model.addAttribute("root", "./");
        model.addAttribute("user", who.getName());
        model.addAttribute("hasSession", request.getHeader(HttpHeaders.AUTHORIZATION) == null);
        model.addAttribute("isAdministrator", isAny(who, Roles.ADMINISTRATORS));
        model.addAttribute("mayStart", isAny(who, Roles.REQUESTERS, Roles.ADMINISTRATORS));
        model.addAttribute("mayUseTasklist", isAny(who, Roles.REQUESTERS, Roles.APPROVERS, Roles.ADMINISTRATORS));
        model.addAttribute("mayUseCockpit", isAny(who, Roles.REQUESTERS, Roles.OPERATORS, Roles.ADMINISTRATORS));
    }

    private static boolean isAny(Authentication who, String... groups) {
        return who.getAuthorities().stream().anyMatch(group -> List.of(groups).contains(group.getAuthority()));
    }

    /** What concerns the user: by role, and what is going on. */
    @GetMapping("/")
    String home(Model model, Authentication who) {
        boolean approver = isAny(who, Roles.APPROVERS);
        model.addAttribute("isApprover", approver);
        List<RollOut> latest = rollOuts.latest(who);
        if (approver) {
            add(model, "toDecide", ChangeFilter.ALL.with(Standing.WAITING_FOR_APPROVAL).alone().notBy(who.getName()), who);
            model.addAttribute("rollOutsToDecide", latest.stream().filter(rollOut -> rollOut.stage() == Stage.WAITING_FOR_APPROVAL
                && !who.getName().equals(rollOut.requestedBy())).toList());
        }
        add(model, "stuck", ChangeFilter.ALL.with(Standing.STUCK), who);
        add(model, "underWay", ChangeFilter.ALL.with(Standing.UNDER_WAY).alone(), who);
        // Not what stands above it already.
        List<ChangeView> underWay = new ArrayList<>(views(model, "underWay"));
        underWay.removeAll(views(model, "stuck"));
        underWay.removeAll(views(model, "toDecide"));
        model.addAttribute("underWay", underWay);
        add(model, "ended", ChangeFilter.ALL.with(Standing.ENDED).alone(), who);
        model.addAttribute("rollOuts", latest.stream().limit(SOME).toList());
        model.addAttribute("stages", STAGES);
        model.addAttribute("script", "environments.js");
        return "home";
    }

    @SuppressWarnings("unchecked")
    private static List<ChangeView> views(Model model, String name) {
        return (List<ChangeView>) Objects.requireNonNullElse(model.getAttribute(name), List.of());
    }

    private void add(Model model, String name, ChangeFilter filter, Authentication who) {
        List<ChangeView> found = some(filter, who);
        model.addAttribute(name, found.stream().limit(SOME).toList());
        model.addAttribute("more" + name.substring(0, 1).toUpperCase() + name.substring(1), found.size() > SOME);
    }

    private List<ChangeView> some(ChangeFilter filter, Authentication who) {
        return changes.list(filter, null, SOME + 1, who).stream().map(ChangeView::new).toList();
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
        List<Change> found = changes.list(new ChangeFilter(filter.get("q"), standing, filter.get("environment"), filter.get("flow"),
            filter.get("requester"), day(filter.get("from"), 0), day(filter.get("to"), 1), filter.get("rollOut"), false, null),
            filter.remove("after"), PAGE + 1, who);
        model.addAttribute("filter", filter);
        model.addAttribute("changes", found.stream().limit(PAGE).map(ChangeView::new).toList());
        if (found.size() > PAGE) {
            UriComponentsBuilder next = UriComponentsBuilder.fromPath("changes");
            filter.forEach((name, value) -> next.queryParam(name, "{" + name + "}"));
            next.queryParam("after", found.get(PAGE - 1).id());
            model.addAttribute("next", "./" + next.encode().buildAndExpand(filter).toUriString());
        }
        model.addAttribute("states", standings());
        model.addAttribute("environments", environments.aliases());
        Map<String, String> flows = new LinkedHashMap<>();
        Stream.of(Flow.values()).forEach(flow -> flows.put(flow.key(), flow.title()));
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
        Stream.of(ChangeState.values()).forEach(state -> words.put(state.name(), ChangeView.STATES.get(state).replaceFirst(":.*", "")));
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

    /** The form of a flow. */
    @GetMapping("/changes/new")
    String form(@RequestParam(defaultValue = "") String flow, Model model) {
        Flow chosen = Flow.find(flow).orElse(Flow.values()[0]);
        model.addAttribute("root", "../");
        model.addAttribute("flow", chosen);
        model.addAttribute("flows", List.of(Flow.values()));
        model.addAttribute("fields", newChange.fields(chosen).stream()
            .filter(field -> !field.name().equals(FlowVariables.APPROVAL_REQUIRED) || field.complaint("false").isEmpty()).toList());
        model.addAttribute("labels", LABELS);
        model.addAttribute("hints", HINTS);
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

    /** One change; whoever may not see it is answered as if there were none. */
    @GetMapping("/changes/{id}")
    String change(@PathVariable String id, Model model, Authentication who) {
        ChangeDetails.Details said = details.of(changes.find(id, who));
        Change change = said.change();
        boolean underWay = !change.state().hasEnded();
        boolean operator = isAny(who, Roles.OPERATORS, Roles.ADMINISTRATORS);
        boolean withdraws = !operator && isAny(who, Roles.REQUESTERS) && change.isOwnRequestOf(who.getName())
            && change.state().isWithoutEffect();
        model.addAttribute("root", "../");
        model.addAttribute("change", change);
        model.addAttribute("view", new ChangeView(change));
        model.addAttribute("details", said);
        model.addAttribute("underWay", underWay);
        model.addAttribute("takesEffect", change.state().isInEffect());
        model.addAttribute("isUndone", change.state().isUndone());
        model.addAttribute("task", underWay && isAny(who, Roles.APPROVERS) && !who.getName().equals(change.requestedBy())
            ? history.task(id).orElse(null) : null);
        model.addAttribute("withdraws", withdraws);
        model.addAttribute("mayRollBack", withdraws || operator && underWay && change.state() != ChangeState.UNDOING);
        model.addAttribute("mayRetry", operator && change.incidentId() != null);
        model.addAttribute("signOnNow", said.signOnNow() != null ? said.signOnNow()
            : change.applicationId() == null && change.applicationName() != null ? "Nobody: the application is new." : null);
        model.addAttribute("signOnAfter", Objects.requireNonNullElseGet(said.signOnAfter(), () -> "%s (priority %s), and nothing else"
            .formatted(change.policyName(), said.request().getOrDefault(FlowVariables.ASSIGNMENT_PRIORITY, "1"))));
        Map<String, String> request = new LinkedHashMap<>();
        said.request().forEach((name, value) -> {
            if (LABELS.containsKey(name) && !SAID_ELSEWHERE.contains(name)) {
                request.put(LABELS.get(name), value);
            }
        });
        model.addAttribute("request", request);
        Map<String, String> ids = new LinkedHashMap<>();
        said.ids().forEach((name, value) -> ids.put(OBJECTS.get(name), value));
        model.addAttribute("ids", ids);
        model.addAttribute("timeline", said.timeline().stream().map(EventView::new).toList());
        EngineHistory.Path path = history.path(id);
        model.addAttribute("picture", picture.of(change.rollOut() == null ? change.flow() : Flow.ROW, path));
        model.addAttribute("at", Stream.of(path.failed(), path.active(), path.passed()).flatMap(Set::stream)
            .filter(element -> underWay || element.startsWith("EndEvent_")).findFirst().orElse(null));
        return "change";
    }

    @GetMapping("/login")
    String login() {
        return "forward:/login.html";
    }

    /** Ends the session of the web applications, which these pages share. */
    @PostMapping("/logout")
    String logout(HttpServletRequest request) {
        if (request.getSession(false) != null) {
            request.getSession(false).invalidate();
        }
        return "redirect:login";
    }

    @GetMapping("/roll-outs")
    String rollOuts(Model model) {
        model.addAttribute("here", "roll-outs");
        model.addAttribute("script", "roll-outs.js");
        return "roll-outs";
    }

    /** What it shows, and to whom, is up to {@link RollOutsController}. */
    @GetMapping("/roll-outs/{id}")
    String rollOut(Model model) {
        model.addAttribute("root", "../");
        model.addAttribute("script", "roll-out.js");
        return "roll-out";
    }
}
