package org.signonflow.web;

import org.signonflow.change.ChangeEngine;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.rollout.Columns;
import org.signonflow.rollout.Planner;
import org.signonflow.rollout.Preview;
import org.signonflow.rollout.RollOutList;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Previews and starts flows, for the page and for the API. */
@Component
class NewChange {

    static final String FLOW = "flow";
    static final String BUSINESS_KEY = "businessKey";

    /** What a flow may be started with and a list has no column for. */
    private static final Set<String> OF_THE_FLOW = Set.of(FlowVariables.REASON, FlowVariables.APPROVAL_REQUIRED);

    private final ChangeEngine engine;
    private final FlowFields fields;
    private final RollOutList lists;
    private final Planner planner;
    private final PlansPerMinute plans;

    NewChange(ChangeEngine engine, FlowFields fields, RollOutList lists, Planner planner, PlansPerMinute plans) {
        this.engine = engine;
        this.fields = fields;
        this.lists = lists;
        this.planner = planner;
        this.plans = plans;
    }

    /**
     * What the flow would do.
     *
     * @param given the flow's key, its business key and its variables, by name
     * @throws org.signonflow.rollout.BadList           if the request is invalid
     * @throws org.signonflow.pingone.PingOneException if the environment does not answer
     */
    Preview preview(Map<String, Object> given, Authentication who) {
        Flow flow = flow(given);
        Map<String, String> values = new LinkedHashMap<>();
        variables(given).forEach((name, value) -> values.put(name, Objects.toString(value, "")));
        List<String> problems = fields.of(flow).stream().filter(field -> OF_THE_FLOW.contains(field.name()))
            .map(field -> field.problem(values.get(field.name()))).filter(Objects::nonNull).collect(Collectors.toList());
        Stream.of(FlowVariables.APPLICATION_NAME, FlowVariables.APPLICATION_ID).filter(name -> fields.of(flow, name).isEmpty())
            .filter(values::containsKey).forEach(name -> problems.add("%s: is not a variable of this flow.".formatted(name)));
        if (!problems.isEmpty()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, String.join(" ", problems));
        }
        boolean approval = !"false".equals(values.get(FlowVariables.APPROVAL_REQUIRED));
        boolean priorityGiven = !values.getOrDefault(FlowVariables.ASSIGNMENT_PRIORITY, "").isBlank();
        values.keySet().removeAll(OF_THE_FLOW);
        var request = lists.one(values);
        if (!plans.take(who.getName())) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, PlansPerMinute.BEYOND);
        }
        return planner.preview(flow, request, priorityGiven, approval);
    }

    /** Starts the flow and returns the change's id. The engine checks the request. */
    String start(Map<String, Object> given) {
        return engine.start(flow(given), Objects.toString(given.get(BUSINESS_KEY), null), variables(given));
    }

    List<Field> fields(Flow flow) {
        return fields.of(flow);
    }

    private static Map<String, Object> variables(Map<String, Object> given) {
        Map<String, Object> variables = new LinkedHashMap<>(given);
        variables.keySet().removeAll(Set.of(FLOW, BUSINESS_KEY));
        variables.forEach((name, value) -> {
            if (!(value == null || value instanceof String || value instanceof Number || value instanceof Boolean)) {
                throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "%s: must be a string, number or boolean."
                    .formatted(Columns.printable(name)));
            }
        });
        return variables;
    }

    private static Flow flow(Map<String, Object> given) {
        return Flow.find(Objects.toString(given.get(FLOW), null))
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.BAD_REQUEST, "flow: must be one of %s."
                .formatted(Stream.of(Flow.values()).map(Flow::key).collect(Collectors.joining(", ")))));
    }
}
