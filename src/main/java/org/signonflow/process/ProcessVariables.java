package org.signonflow.process;

import org.camunda.bpm.engine.delegate.VariableScope;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The variables of both flows. Names stay: people script against them. Lists are comma-separated strings. */
final class ProcessVariables {

    static final String ENVIRONMENT = "environment";
    static final String APPLICATION_NAME = "applicationName";
    static final String APPLICATION_DESCRIPTION = "applicationDescription";
    static final String REDIRECT_URIS = "redirectUris";
    static final String BUNDLE_ID = "bundleId";
    static final String PACKAGE_NAME = "packageName";
    static final String SCOPES = "scopes";
    static final String POLICY_NAME = "policyName";
    static final String POLICY_DESCRIPTION = "policyDescription";
    static final String AUTHENTICATORS = "authenticators";
    static final String DEVICE_AUTHENTICATION_POLICY_ID = "deviceAuthenticationPolicyId";
    static final String NO_DEVICES_MODE = "noDevicesMode";
    static final String ASSIGNMENT_PRIORITY = "assignmentPriority";
    static final String APPROVAL_REQUIRED = "approvalRequired";
    static final String REQUESTED_BY = "requestedBy";
    /** The roll-out that the flow is a part of; unset where somebody started it by itself. */
    static final String ROLL_OUT = "rollOut";

    static final String APPLICATION_ID = "applicationId";
    static final String OPENID_RESOURCE_ID = "openidResourceId";
    static final String SCOPE_IDS = "scopeIds";
    static final String GRANT_ID = "grantId";
    static final String POLICY_ID = "policyId";
    static final String ACTION_ID = "actionId";
    static final String ASSIGNMENT_ID = "assignmentId";

    /** What the application's users sign on with, and after the approval, in words; unset as long as the form can say it by itself. */
    static final String SIGN_ON_NOW = "signOnNow";
    static final String SIGN_ON_AFTER = "signOnAfter";
    /** What deserves a second look, a line each; unset where nothing does. */
    static final String SECOND_LOOK = "secondLook";
    /** Digests of what was found in PingOne and is shown to the approvers; the other parts are as they were requested. */
    static final String SHOWN = "shown";
    /** When PingOne was last seen to have what was approved, as {@code 2026-01-31T12:00:00Z}. */
    static final String LOOKED_AT = "lookedAt";
    /** Whether the priority was given by who asked; only where the application was there before. */
    static final String PRIORITY_GIVEN = "priorityGiven";
    static final String CHANGES = "changes";
    static final String DECISION = "decision";
    static final String COMMENT = "comment";
    static final String OUTCOME = "outcome";
    static final String REJECTION = "rejection";

    /** Those of a roll-out beside the shared settings, which have the names above. */
    static final String LIST = "list";
    static final String NAME = "name";
    static final String POLICY = "policy";
    static final String PLAN = "plan";
    static final String ROWS_LEFT = "rowsLeft";
    static final String ROWS_READY = "rowsReady";
    static final String ROWS_FAILED = "rowsFailed";
    static final String FAILURES = "failures";
    /** What takes effect with a roll-out, in a few lines. */
    static final String SETTINGS = "settings";
    /** The roll-out's own id, for the link to its page. */
    static final String ROLL_OUT_ID = "rollOutId";
    static final String LEAVE_OUT = "leaveOut";
    /** Values of {@link #DECISION}; by the second, rows that have failed are begun once more, and who decides is asked again. */
    static final String APPROVE = "approve";
    static final String RETRY = "retry";
    /** Where it stands on the list. */
    static final String LINE = "line";

    private ProcessVariables() {
    }

    /** The variable's text, or null where it is unset or blank. */
    static String text(VariableScope scope, String name) {
        return Optional.ofNullable(scope.getVariable(name)).map(Object::toString).filter(text -> !text.isBlank()).orElse(null);
    }

    static List<String> list(VariableScope scope, String name) {
        return split(text(scope, name));
    }

    static int number(VariableScope scope, String name) {
        return Integer.parseInt(text(scope, name));
    }

    static List<String> split(String list) {
        return list == null ? List.of() : Arrays.stream(list.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }
}
