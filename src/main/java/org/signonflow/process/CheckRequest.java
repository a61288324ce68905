package org.signonflow.process;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.HistoricProcessInstancePermissions;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.ProcessInstancePermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.PingOneEnvironments;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.signonflow.process.Field.optional;
import static org.signonflow.process.Field.required;

/**
 * Checks what a flow is started with, before the engine stores an instance or anything is sent to PingOne, and fills in what was left
 * out. It listens on the process, not on its start event, so that no way of starting passes it by.
 */
@Component
class CheckRequest implements ExecutionListener {

    private static final String SANDBOX = "sandbox";

    private final Map<String, List<Field>> fieldsByProcess;
    private final IdentityService identities;
    private final AuthorizationService authorizations;

    CheckRequest(PingOneEnvironments environments, IdentityService identities, AuthorizationService authorizations,
                 @Value("${signonflow.approval.optional}") boolean approvalIsOptional) {
        this.identities = identities;
        this.authorizations = authorizations;
        List<String> authenticators = Arrays.stream(Authenticator.values()).map(Authenticator::member).toList();
        List<Field> common = List.of(
            environments.aliases().contains(SANDBOX)
                ? optional(ProcessVariables.ENVIRONMENT, SANDBOX, Field.oneOf(environments.aliases()))
                : required(ProcessVariables.ENVIRONMENT, Field.oneOf(environments.aliases())),
            required(ProcessVariables.POLICY_NAME, Field.policyName()),
            optional(ProcessVariables.POLICY_DESCRIPTION, null, Field.longText()),
            optional(ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID, null, Field.uuid()),
            optional(ProcessVariables.NO_DEVICES_MODE, null, Field.oneOf("BYPASS", "BLOCK")),
            optional(ProcessVariables.ASSIGNMENT_PRIORITY, "1", Field.positive()),
            optional(ProcessVariables.APPROVAL_REQUIRED, "true", approvalIsOptional ? Field.oneOf("true", "false") : Field.oneOf("true")));
        fieldsByProcess = Map.of(
            "configure-mfa-sign-on", with(common,
                required(ProcessVariables.APPLICATION_NAME, Field.shortText()),
                optional(ProcessVariables.APPLICATION_DESCRIPTION, null, Field.longText()),
                optional(ProcessVariables.REDIRECT_URIS, null, Field.redirectUris()),
                optional(ProcessVariables.BUNDLE_ID, null, Field.mobileId()),
                optional(ProcessVariables.PACKAGE_NAME, null, Field.mobileId()),
                optional(ProcessVariables.SCOPES, "profile", Field.scopes()),
                optional(ProcessVariables.AUTHENTICATORS, "authenticator", Field.someOf(authenticators))),
            "configure-passwordless-sign-on", with(common,
                required(ProcessVariables.APPLICATION_ID, Field.uuid()),
                optional(ProcessVariables.AUTHENTICATORS, "sms,email", Field.someOf(authenticators))));
    }

    @Override
    public void notify(DelegateExecution execution) {
        List<Field> fields = fieldsByProcess.get(execution.getProcessEngineServices().getRepositoryService()
            .getProcessDefinition(execution.getProcessDefinitionId()).getKey());
        Map<String, Object> given = execution.getVariables();
        if (!"StartEvent_Requested".equals(execution.getCurrentActivityId())) {
            throw new InvalidInput(List.of("startInstructions: a flow starts at its beginning only."));
        }
        List<String> problems = fields.stream().map(field -> field.problem(given.get(field.name()))).filter(Objects::nonNull)
            .collect(Collectors.toCollection(ArrayList::new));
        String allowed = fields.stream().map(Field::name).sorted().collect(Collectors.joining(", "));
        TreeSet<String> unknown = new TreeSet<>(given.keySet());
        fields.forEach(field -> unknown.remove(field.name()));
        unknown.forEach(name -> problems.add("%s: is no variable of this flow, which takes %s.".formatted(printable(name), allowed)));
        boolean byDevicePolicy = isGiven(given, ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID);
        if (isGiven(given, ProcessVariables.NO_DEVICES_MODE) && !byDevicePolicy) {
            problems.add("%s: goes with %s only.".formatted(ProcessVariables.NO_DEVICES_MODE,
                ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        fields.forEach(field -> complete(execution, field, given.get(field.name())));
        if (byDevicePolicy) {
            execution.setVariable(ProcessVariables.AUTHENTICATORS, null);
        }
        Authentication who = identities.getCurrentAuthentication();
        execution.setVariable(ProcessVariables.REQUESTED_BY, who == null ? null : who.getUserId());
        if (who != null) {
            grant(who.getUserId(), Resources.PROCESS_INSTANCE, execution, ProcessInstancePermissions.READ);
            grant(who.getUserId(), Resources.HISTORIC_PROCESS_INSTANCE, execution, HistoricProcessInstancePermissions.READ);
        }
    }

    /** Who asked may watch what becomes of it. */
    private void grant(String user, Resource resource, DelegateExecution execution, Permission permission) {
        Authorization authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        authorization.setUserId(user);
        authorization.setResource(resource);
        authorization.setResourceId(execution.getProcessInstanceId());
        authorization.setPermissions(new Permission[] {permission});
        authorizations.saveAuthorization(authorization);
    }

    /** What was left out and has no default is left out: each variable is read at each step, and written to the history. */
    private static void complete(DelegateExecution execution, Field field, Object given) {
        String text = given == null || given.toString().isBlank() ? field.fallback() : given.toString();
        Object value = switch (field.name()) {
            case ProcessVariables.APPROVAL_REQUIRED -> Boolean.valueOf(text);
            case ProcessVariables.ASSIGNMENT_PRIORITY -> (int) Double.parseDouble(text);
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
        String shown = name.replaceAll("[^\\w .-]", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 100) + "...";
    }

    private static List<Field> with(List<Field> common, Field... more) {
        return Stream.concat(common.stream(), Arrays.stream(more)).toList();
    }
}
