package org.signonflow.process;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.MfaAction;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.SignOnPolicy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/** What takes effect with an assignment, in words: the application, the policy and the policy's actions. */
final class ApprovedState {

    private static final String APPLICATION = "application";
    private static final String POLICY = "sign-on policy";
    private static final String ACTIONS = "policy's actions";

    private ApprovedState() {
    }

    /** What PingOne has now. */
    static Map<String, String> read(PingOneClient pingone, VariableScope variables) {
        Map<String, String> state = new LinkedHashMap<>();
        state.put(APPLICATION, describe(pingone.readApplication(text(variables, ProcessVariables.APPLICATION_ID))));
        String policyId = text(variables, ProcessVariables.POLICY_ID);
        state.put(POLICY, describe(pingone.readSignOnPolicy(policyId)));
        List<Action> actions = pingone.listActions(policyId);
        if (actions.stream().noneMatch(action -> action.id().equals(text(variables, ProcessVariables.ACTION_ID)))) {
            throw new NotThere(text(variables, ProcessVariables.ACTION_ID), "The MFA action was removed from the policy in PingOne.");
        }
        state.put(ACTIONS, describe(actions));
        return state;
    }

    /** The hashes of what the approvers were asked about: at first what was requested, later what was found and shown to them. */
    static Map<String, String> approved(VariableScope variables) {
        Map<String, String> hashes = new LinkedHashMap<>();
        List<String> shown = list(variables, ProcessVariables.STATE_SHOWN);
        if (!shown.isEmpty()) {
            hashes.put(APPLICATION, shown.get(0));
            hashes.put(POLICY, shown.get(1));
            hashes.put(ACTIONS, shown.get(2));
            return hashes;
        }
        String found = text(variables, ProcessVariables.APPLICATION_STATE);
        hashes.put(APPLICATION, found != null ? found : hash(describe(requestedApplication(variables))));
        hashes.put(POLICY, hash(describe(new SignOnPolicy(null, text(variables, ProcessVariables.POLICY_NAME),
            text(variables, ProcessVariables.POLICY_DESCRIPTION), false, null))));
        hashes.put(ACTIONS, hash(describe(List.of(requestedAction(variables)))));
        return hashes;
    }

    static String describe(Application application) {
        return "name %s, description %s, enabled %s, redirect URIs %s, grant types %s, bundle id %s, package name %s".formatted(
            quoted(application.name()), quoted(application.description()), application.enabled(), application.redirectUris(),
            application.grantTypes(), quoted(application.bundleId()), quoted(application.packageName()));
    }

    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static String describe(SignOnPolicy policy) {
        return "name %s, description %s".formatted(quoted(policy.name()), quoted(policy.description()));
    }

    private static String describe(List<Action> actions) {
        return actions.stream().map(action -> "%s with priority %d, authenticators %s, device policy %s, no devices mode %s, condition %s"
            .formatted(action.type(), action.priority(), new TreeSet<>(action.authenticators()),
                quoted(action.deviceAuthenticationPolicyId()), quoted(action.noDevicesMode()), quoted(action.condition())))
            .sorted().collect(Collectors.joining("; "));
    }

    private static String quoted(String text) {
        return text == null ? "none" : "'" + text + "'";
    }

    private static Application requestedApplication(VariableScope variables) {
        return new Application(null, text(variables, ProcessVariables.APPLICATION_NAME),
            text(variables, ProcessVariables.APPLICATION_DESCRIPTION), null, true, text(variables, ProcessVariables.BUNDLE_ID),
            text(variables, ProcessVariables.PACKAGE_NAME), list(variables, ProcessVariables.REDIRECT_URIS), List.of("IMPLICIT"),
            null, null, null);
    }

    private static Action requestedAction(VariableScope variables) {
        MfaAction action = AddMfaAction.action(variables);
        return new Action(null, "MULTI_FACTOR_AUTHENTICATION", action.priority(), action.enabled(), action.deviceAuthenticationPolicyId(),
            action.noDevicesMode() == null ? null : action.noDevicesMode().name(), null);
    }
}
