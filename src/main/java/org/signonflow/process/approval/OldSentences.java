package org.signonflow.process.approval;

import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Digests;
import org.signonflow.change.Part;
import org.signonflow.change.TakesEffect;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.SignOnPolicy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

import static org.signonflow.process.ProcessVariables.list;
import static org.signonflow.process.ProcessVariables.text;

/**
 * What version 1.0 recorded of what its approvers were shown: hashes of English sentences. They matter only in flows started by that
 * version, and for those flows the sentences must stay exactly as they are.
 */
final class OldSentences {

    /** The application's state when the flow started; only if the flow did not create it. */
    private static final String APPLICATION_STATE = "applicationState";
    /** What PingOne had when the approvers were asked again: application, policy and actions. */
    private static final String STATE_SHOWN = "stateShown";

    private OldSentences() {
    }

    /** The hashes that were recorded. */
    static Map<Part, String> noted(VariableScope variables) {
        Map<Part, String> noted = new EnumMap<>(Part.class);
        List<String> shown = list(variables, STATE_SHOWN);
        if (!shown.isEmpty()) {
            noted.put(Part.APPLICATION, shown.get(0));
            noted.put(Part.POLICY, shown.get(1));
            noted.put(Part.ACTIONS, shown.get(2));
        } else if (text(variables, APPLICATION_STATE) != null) {
            noted.put(Part.APPLICATION, text(variables, APPLICATION_STATE));
        }
        return noted;
    }

    /**
     * Records an application as version 1.0 does: otherwise its nodes, which run alongside this one during an update, would see it as
     * changed and ask again.
     */
    static void note(VariableScope variables, TakesEffect found) {
        variables.setVariable(APPLICATION_STATE, hash(Part.APPLICATION, found));
    }

    /** The hash that would be recorded for a part now. */
    static String hash(Part part, TakesEffect now) {
        return Digests.sha256(switch (part) {
            case APPLICATION -> describe(now.application());
            case POLICY -> describe(now.policy());
            case ACTIONS -> describe(now.actions());
            default -> throw new IllegalArgumentException(part + " was not noted");
        });
    }

    private static String describe(Application application) {
        return "name %s, description %s, enabled %s, redirect URIs %s, grant types %s, bundle id %s, package name %s".formatted(
            quoted(application.name()), quoted(application.description()), application.enabled(), application.redirectUris(),
            application.grantTypes(), quoted(application.bundleId()), quoted(application.packageName()));
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
}
