package org.signonflow.process.request;

import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.process.Field;
import org.signonflow.process.ProcessVariables;
import org.signonflow.rollout.RowCheck;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import static org.signonflow.process.Field.optional;
import static org.signonflow.process.Field.required;

/** The variables that the flows are started with, which are also what a roll-out's list may have. */
@Component
class RequestFields implements RowCheck {

    static final String SANDBOX = "sandbox";
    private static final String NEW_APPLICATION = "configure-mfa-sign-on";
    private static final String EXISTING_APPLICATION = "configure-passwordless-sign-on";

    private final Map<String, List<Field>> byProcess;

    RequestFields(PingOneEnvironments environments, @Value("${signonflow.approval.optional}") boolean approvalIsOptional) {
        Set<String> aliases = environments.aliases();
        List<String> authenticators = Arrays.stream(Authenticator.values()).map(Authenticator::member).toList();
        List<Field> common = List.of(
            aliases.contains(SANDBOX)
                ? optional(ProcessVariables.ENVIRONMENT, SANDBOX, Field.oneOf(aliases))
                : required(ProcessVariables.ENVIRONMENT, Field.oneOf(aliases)),
            required(ProcessVariables.POLICY_NAME, Field.policyName()),
            optional(ProcessVariables.POLICY_DESCRIPTION, null, Field.longText()),
            optional(ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID, null, Field.uuid()),
            optional(ProcessVariables.NO_DEVICES_MODE, null, Field.oneOf("BYPASS", "BLOCK")),
            optional(ProcessVariables.ASSIGNMENT_PRIORITY, "1", Field.positive()),
            optional(ProcessVariables.APPROVAL_REQUIRED, "true", approvalIsOptional ? Field.oneOf("true", "false") : Field.oneOf("true")));
        byProcess = Map.of(
            NEW_APPLICATION, with(common,
                required(ProcessVariables.APPLICATION_NAME, Field.shortText()),
                optional(ProcessVariables.APPLICATION_DESCRIPTION, null, Field.longText()),
                optional(ProcessVariables.REDIRECT_URIS, null, Field.redirectUris()),
                optional(ProcessVariables.BUNDLE_ID, null, Field.mobileId()),
                optional(ProcessVariables.PACKAGE_NAME, null, Field.mobileId()),
                optional(ProcessVariables.SCOPES, "profile", Field.scopes()),
                optional(ProcessVariables.AUTHENTICATORS, "authenticator", Field.someOf(authenticators))),
            EXISTING_APPLICATION, with(common,
                required(ProcessVariables.APPLICATION_ID, Field.uuid()),
                optional(ProcessVariables.AUTHENTICATORS, "sms,email", Field.someOf(authenticators))));
    }

    /** What the process may be started with. */
    List<Field> of(String processKey) {
        return byProcess.get(processKey);
    }

    @Override
    public Optional<String> problem(String variable, String text) {
        return Stream.of(true, false).map(isNew -> field(variable, isNew)).flatMap(Optional::stream).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(variable)).complaint(text);
    }

    @Override
    public Optional<String> lineProblem(String text, int longest) {
        return required("line", Field.upTo(longest)).complaint(text);
    }

    @Override
    public Optional<String> fallback(String variable, boolean newApplication) {
        return field(variable, newApplication).map(Field::fallback);
    }

    private Optional<Field> field(String variable, boolean newApplication) {
        return byProcess.get(newApplication ? NEW_APPLICATION : EXISTING_APPLICATION).stream()
            .filter(field -> field.name().equals(variable)).findFirst();
    }

    private static List<Field> with(List<Field> common, Field... more) {
        return Stream.concat(common.stream(), Arrays.stream(more)).toList();
    }
}
