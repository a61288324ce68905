package org.signonflow.web;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.pingone.NoDevicesMode;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.rollout.BadList;
import org.signonflow.rollout.Columns;
import org.signonflow.rollout.Preview;
import org.signonflow.rollout.Problem;
import org.signonflow.web.EnvironmentChoices.Choice;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.json.JsonMapper;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The form of a flow, its preview and its start. */
@Controller
class NewChangePage {

    private static final int MOST_APPLICATIONS = 20;
    private static final int MOST_SCOPES = 100;
    /** What is typed to find an application. */
    private static final String SEARCH = "search";
    private static final String PLAN = "plan";
    /** Stands for what was previewed: nothing else is started in its place. */
    private static final String PREVIEWED = "previewed";
    private static final String CHANGED = "The form was changed after the preview. Nothing was started: preview it again.";
    private static final Set<String> SAID_ELSEWHERE = Set.of(FlowVariables.APPROVAL_REQUIRED);
    /** What several values may be chosen of. */
    private static final Set<String> LISTS = Set.of(FlowVariables.SCOPES, FlowVariables.AUTHENTICATORS);

    private final NewChange newChange;
    private final PingOneEnvironments environments;
    private final EnvironmentChoices there;

    NewChangePage(NewChange newChange, PingOneEnvironments environments, EnvironmentChoices there) {
        this.newChange = newChange;
        this.environments = environments;
        this.there = there;
    }

    /** The form of a flow. */
    @GetMapping("/changes/new")
    String form(@RequestParam(defaultValue = "") String flow, Model model) {
        return page(flow, Map.of(), model);
    }

    private String page(String flow, Map<String, ?> given, Model model) {
        Flow chosen = flow(flow);
        model.addAttribute("root", "../");
        model.addAttribute("flow", chosen);
        model.addAttribute("flows", List.of(Flow.values()));
        model.addAttribute("fields", newChange.fields(chosen).stream()
            .filter(field -> !field.name().equals(FlowVariables.APPROVAL_REQUIRED) || field.complaint("false").isEmpty()).toList());
        model.addAttribute("fromPingOne", fromPingOne(chosen));
        model.addAttribute("authenticators", Words.AUTHENTICATORS);
        model.addAttribute("usualAuthenticators", FlowVariables.split(field(chosen, FlowVariables.AUTHENTICATORS).fallback()).stream()
            .map(Words.AUTHENTICATORS::get).collect(Collectors.joining(", ")));
        model.addAttribute("choices", Map.of(FlowVariables.ENVIRONMENT, inWords(FlowVariables.ENVIRONMENT, environments.aliases().stream()),
            FlowVariables.NO_DEVICES_MODE, inWords(FlowVariables.NO_DEVICES_MODE, Stream.concat(Stream.of(""),
                Stream.of(NoDevicesMode.values()).map(NoDevicesMode::name))),
            FlowVariables.APPROVAL_REQUIRED, inWords(FlowVariables.APPROVAL_REQUIRED, Stream.of("true", "false"))));
        addTo(model, given);
        return "new-change";
    }

    private static Map<String, String> inWords(String field, Stream<String> values) {
        return values.collect(Collectors.toMap(value -> value, value -> value.isEmpty() ? "PingOne's default" : InWords.value(field, value),
            (one, other) -> one, LinkedHashMap::new));
    }

    private static void addTo(Model model, Map<String, ?> given) {
        model.addAttribute("labels", Words.LABELS);
        model.addAttribute("hints", Words.HINTS);
        model.addAttribute("given", given);
        model.addAttribute("split", given.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, field -> FlowVariables.split(field.getValue().toString()))));
    }

    /** The field that is chosen from what the environment has. */
    private Field fromPingOne(Flow flow) {
        return field(flow, flow.makesApplication() ? FlowVariables.SCOPES : FlowVariables.APPLICATION_ID);
    }

    private Field field(Flow flow, String name) {
        return newChange.fields(flow).stream().filter(field -> field.name().equals(name)).findFirst().orElseThrow();
    }

    /** That field with the environment's choices, those that are chosen among them; or for typing, with the reason. */
    @GetMapping("/changes/new/choices")
    String choices(@RequestParam MultiValueMap<String, String> form, Model model, Authentication who) {
        Map<String, Object> given = given(form);
        Flow flow = flow(Objects.toString(given.get(NewChange.FLOW), ""));
        String environment = Objects.toString(given.get(FlowVariables.ENVIRONMENT), "");
        Field field = fromPingOne(flow);
        addTo(model, given);
        model.addAttribute("field", field);
        try {
            if (flow.makesApplication()) {
                List<Choice> scopes = there.scopes(environment, who.getName()).stream()
                    .filter(scope -> field.complaint(scope.value()).isEmpty()
                        // What would be taken for several scopes, or for another.
                        && FlowVariables.split(scope.value()).equals(List.of(scope.value()))).toList();
                if (scopes.isEmpty() || scopes.size() > MOST_SCOPES) {
                    model.addAttribute("reason", "%s has %,d scopes for applications to be granted.".formatted(environment, scopes.size()));
                } else {
                    model.addAttribute("options", scopes);
                }
            } else {
                String part = Objects.toString(given.get(SEARCH), "").strip();
                String chosen = Objects.toString(given.get(field.name()), "");
                List<Choice> matching = there.applications(environment, who.getName()).stream()
                    .filter(application -> application.value().equals(chosen) || application.matches(part))
                    .sorted(Comparator.comparing(application -> !application.value().equals(chosen)))
                    .map(application -> application.matches(part) ? application : application.chosenBefore()).toList();
                model.addAttribute("options", matching.stream().limit(MOST_APPLICATIONS).toList());
                model.addAttribute("none", matching.stream().noneMatch(application -> application.matches(part)));
                model.addAttribute("more", Math.max(0, matching.size() - MOST_APPLICATIONS));
            }
        } catch (PingOneException failure) {
            model.addAttribute("reason", failure.getMessage());
        } catch (ResponseStatusException refused) {
            model.addAttribute("reason", refused.getReason());
        }
        return "fragments :: choices";
    }

    /** Previews or starts the flow. The answer is a part of that page; without scripts it is a page. */
    @PostMapping("/changes/new")
    String start(@RequestParam MultiValueMap<String, String> form, @RequestHeader(name = "HX-Request", required = false) String htmx,
            Model model, Authentication who, HttpServletResponse response) {
        Map<String, Object> given = given(form);
        given.remove(SEARCH);
        Object previewed = given.remove(PREVIEWED);
        String plan = Objects.toString(given.remove(PLAN), form.containsKey(PLAN) ? "" : "false");
        try {
            refuseAmbiguous(form, plan);
            if (plan.equals("true")) {
                Preview preview = newChange.preview(given, who);
                model.addAttribute("preview", preview);
                model.addAttribute("previewed", mark(given));
                model.addAttribute("signOnBefore", Words.SIGN_ON_BEFORE);
                model.addAttribute("signOnWith", Words.SIGN_ON_WITH);
                Map<String, String> request = new LinkedHashMap<>(preview.request());
                Optional.ofNullable(given.get(FlowVariables.REASON))
                    .ifPresent(reason -> request.put(FlowVariables.REASON, reason.toString()));
                model.addAttribute("request", Words.request(request, SAID_ELSEWHERE));
                model.addAttribute("waits", !"false".equals(given.get(FlowVariables.APPROVAL_REQUIRED)));
                model.addAttribute("blocking", preview.problems().stream().flatMap(Words::byLabel).toList());
            } else if (previewed != null && !previewed.equals(mark(given))) {
                model.addAttribute("problems", List.of(CHANGED));
            } else {
                String id = newChange.start(given);
                if (htmx == null) {
                    return "redirect:" + id;
                }
                response.setHeader("HX-Redirect", id);
            }
        } catch (BadList bad) {
            model.addAttribute("problems", bad.problems().stream().map(Problem::sentence).flatMap(Words::byLabel).toList());
        } catch (ResponseStatusException refused) {
            model.addAttribute("problems", Words.byLabel(refused.getReason()).toList());
        } catch (PingOneException | WebApplicationException | ChangeEngine.NotAllowedException refused) {
            model.addAttribute("problems", Words.byLabel(refused.getMessage()).toList());
        }
        return htmx == null ? page(Objects.toString(given.get(NewChange.FLOW), ""), given, model) : "fragments :: answer";
    }

    /** The same for the same request only. */
    private static String mark(Map<String, Object> given) {
        return UUID.nameUUIDFromBytes(JsonMapper.shared().writeValueAsBytes(new TreeMap<>(given))).toString();
    }

    /** Nothing is started that could have been meant otherwise. */
    private static void refuseAmbiguous(MultiValueMap<String, String> form, String plan) {
        if (!StartRollOutController.TRUTH_VALUES.contains(plan)) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "plan: must be true or false. Nothing was started.");
        }
        form.forEach((name, values) -> {
            if (values.size() > 1 && !LISTS.contains(name)) {
                throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "%s: must be given once. Nothing was started."
                    .formatted(Columns.printable(name)));
            }
        });
    }

    private static Flow flow(String key) {
        return Flow.find(key).orElse(Flow.values()[0]);
    }

    /** What was filled in; several choices as the list that the flows take. */
    private static Map<String, Object> given(MultiValueMap<String, String> form) {
        Map<String, Object> given = new LinkedHashMap<>();
        form.forEach((name, values) -> given.put(name, values.stream().filter(value -> !value.isBlank()).collect(Collectors.joining(","))));
        given.values().removeIf(""::equals);
        return given;
    }
}
