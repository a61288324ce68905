package org.signonflow.web;

import org.signonflow.change.Change;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.rollout.RollOuts;
import org.signonflow.rollout.Settings;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The request that starts the same change in another environment. What holds in one environment only is left out: its alias, and whether
 * approval may be waived there; for an id there is a text that says what to put in its place, and with which nothing is started.
 */
@Component
class Promotion {

    private static final Set<String> LEFT_OUT = Set.of(FlowVariables.ENVIRONMENT, FlowVariables.APPROVAL_REQUIRED);

    private final EngineHistory history;
    private final FlowFields fields;
    private final RollOuts rollOuts;

    Promotion(EngineHistory history, FlowFields fields, RollOuts rollOuts) {
        this.history = history;
        this.fields = fields;
        this.rollOuts = rollOuts;
    }

    /** Why no flow that is started alone does what the change did; empty if one does. */
    Optional<String> problem(Change change) {
        String policy = Optional.ofNullable(change.rollOut()).flatMap(rollOut -> rollOuts.ofInstance(change.id()))
            .map(row -> row.request().get(FlowVariables.POLICY)).orElse(Settings.OWN);
        return Optional.ofNullable(change.flow().equals(Flow.UNDO) ? "An undo takes back one change, which is nowhere else."
            : new ChangeView(change).isSharedPolicy() || !policy.equals(Settings.OWN)
                ? "Its policy is not its own but shared, or existed before: start a roll-out in the other environment instead." : null);
    }

    /** @throws ResponseStatusException if there is a {@link #problem} */
    Map<String, String> of(Change change) {
        problem(change).ifPresent(problem -> {
            throw new ResponseStatusException(HttpStatus.CONFLICT, problem);
        });
        Map<String, String> variables = history.variables(change.id());
        Flow flow = Flow.find(change.flow()).orElseGet(() -> Flow.ofRow(change.applicationId() == null));
        Map<String, String> request = new LinkedHashMap<>(Map.of(NewChange.FLOW, flow.key()));
        fields.of(flow).stream().map(Field::name).filter(name -> variables.containsKey(name) && !LEFT_OUT.contains(name))
            .forEach(name -> request.put(name, variables.get(name)));
        request.computeIfPresent(FlowVariables.APPLICATION_ID, (name, id) -> change.applicationName() == null
            ? "<id of the application>" : "<id of the application %s>".formatted(change.applicationName()));
        if (request.computeIfPresent(FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, (name, id) -> "<id of an MFA device policy>") != null) {
            request.remove(FlowVariables.AUTHENTICATORS);
        }
        return request;
    }
}
