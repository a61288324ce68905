package org.signonflow.process.request;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowFields;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.Requested;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.approval.ApprovedState;
import org.signonflow.process.change.RequestedChange;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Validates the input of a flow, before the engine stores an instance or anything is sent to PingOne, and fills in defaults. It listens on
 * the process rather than its start event, so that no way of starting bypasses it.
 */
@Component
public class CheckRequest implements ExecutionListener {

    private final FlowFields flowFields;
    private final Requester requester;
    private final OpenRequests openRequests;
    private final RequestedChange change;

    CheckRequest(FlowFields flowFields, Requester requester, OpenRequests openRequests, RequestedChange change) {
        this.flowFields = flowFields;
        this.requester = requester;
        this.openRequests = openRequests;
        this.change = change;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String key = execution.getProcessEngineServices().getRepositoryService().getProcessDefinition(execution.getProcessDefinitionId())
            .getKey();
        Flow flow = Flow.of(key);
        List<Field> fields = flowFields.of(flow);
        Map<String, Object> given = execution.getVariables();
        List<String> problems = problems(execution, key, fields);
        boolean byDevicePolicy = isGiven(given, FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID);
        if (isGiven(given, FlowVariables.NO_DEVICES_MODE) && !byDevicePolicy) {
            problems.add("%s: is only allowed together with %s.".formatted(FlowVariables.NO_DEVICES_MODE,
                FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID));
        }
        if (isGiven(given, FlowVariables.AUTHENTICATORS) && byDevicePolicy) {
            problems.add("%s: is not allowed together with %s, which replaces it.".formatted(FlowVariables.AUTHENTICATORS,
                FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        fields.forEach(field -> complete(execution, field, given.get(field.name())));
        if (byDevicePolicy) {
            execution.setVariable(FlowVariables.AUTHENTICATORS, null);
        }
        if (BusinessKey.isBlank(execution.getProcessBusinessKey())) {
            execution.setProcessBusinessKey(BusinessKey.of(
                ProcessVariables.text(execution, flow.makesApplication() ? FlowVariables.APPLICATION_NAME : FlowVariables.APPLICATION_ID),
                ProcessVariables.text(execution, FlowVariables.POLICY_NAME)));
        }
        if (!flow.makesApplication()) {
            execution.setVariable(ProcessVariables.PRIORITY_GIVEN, isGiven(given, FlowVariables.ASSIGNMENT_PRIORITY));
        } else if (Boolean.TRUE.equals(execution.getVariable(FlowVariables.APPROVAL_REQUIRED))) {
            ApprovedState.markForSecondLook(execution, Requested.of(name -> ProcessVariables.text(execution, name), flow));
        }
        openRequests.add(execution, requester.note(execution), List.of(ProcessVariables.text(execution, FlowVariables.ENVIRONMENT)));
        change.record(execution, key);
    }

    /**
     * What is wrong with the input of a starting instance, as sentences.
     *
     * @param process its key
     * @throws InvalidInput if it does not start at its start event, or by an earlier version of its model
     */
    public static List<String> problems(DelegateExecution execution, String process, List<Field> fields) {
        ProcessDefinition latest = execution.getProcessEngineServices().getRepositoryService().createProcessDefinitionQuery()
            .processDefinitionKey(process).latestVersion().singleResult();
        if (latest != null && !latest.getId().equals(execution.getProcessDefinitionId())) {
            throw new InvalidInput(List.of("processDefinitionId: belongs to an earlier version of this flow, whose form does not show the "
                + "approvers everything that takes effect. Start the latest version."));
        }
        if (!"StartEvent_Requested".equals(execution.getCurrentActivityId())) {
            throw new InvalidInput(List.of("startInstructions: a flow can only be started at its start event."));
        }
        Map<String, Object> given = execution.getVariables();
        List<String> problems = fields.stream().map(field -> field.problem(given.get(field.name()))).filter(Objects::nonNull)
            .collect(Collectors.toCollection(ArrayList::new));
        String allowed = fields.stream().map(Field::name).sorted().collect(Collectors.joining(", "));
        TreeSet<String> unknown = new TreeSet<>(given.keySet());
        fields.forEach(field -> unknown.remove(field.name()));
        unknown.forEach(name -> problems.add("%s: is not a variable of this flow, which accepts %s.".formatted(printable(name), allowed)));
        Optional.ofNullable(BusinessKey.FIELD.problem(execution.getProcessBusinessKey())).ifPresent(problems::add);
        return problems;
    }

    /** Omitted fields without a default stay unset: every variable is read at every step and written to the history. */
    private static void complete(DelegateExecution execution, Field field, Object given) {
        String text = given == null || given.toString().isBlank() ? field.fallback() : given.toString();
        Object value = switch (field.name()) {
            case FlowVariables.APPROVAL_REQUIRED -> Boolean.valueOf(text);
            case FlowVariables.ASSIGNMENT_PRIORITY -> (int) Double.parseDouble(text);
            default -> text;
        };
        if (value != null || given != null) {
            execution.setVariable(field.name(), value);
        }
    }

    private static boolean isGiven(Map<String, Object> given, String name) {
        return given.get(name) != null && !given.get(name).toString().isBlank();
    }

    private static String printable(String name) {
        // Tasklist shows the sentence as HTML.
        String shown = name.length() <= 100 ? name : name.substring(0, 100) + "...";
        return shown.replaceAll("[^\\w .-]", "?");
    }
}
