package org.signonflow.change;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.NoDevicesMode;
import org.signonflow.pingone.SignOnPolicy;

/** Describes what takes effect, for whoever decides. The texts are never compared. */
public final class InWords {

    /** Below the engine's limit of 4,000 characters, whatever PingOne returns. */
    static final int LONGEST = 3_500;
    /** How the users of an application sign on that is about to be created. */
    public static final String NOBODY_YET = "Nobody signs on yet: the application is new.";

    /** What people call the flows' variables. */
    public static final Map<String, String> LABELS = Map.ofEntries(
        Map.entry(FlowVariables.ENVIRONMENT, "PingOne environment"), Map.entry(FlowVariables.REASON, "Reason"),
        Map.entry(FlowVariables.APPROVAL_REQUIRED, "Wait for approval"),
        Map.entry(FlowVariables.APPLICATION_NAME, "Application"), Map.entry(FlowVariables.APPLICATION_ID, "Application id"),
        Map.entry(FlowVariables.APPLICATION_DESCRIPTION, "Application description"),
        Map.entry(FlowVariables.REDIRECT_URIS, "Redirect URIs"),
        Map.entry(FlowVariables.BUNDLE_ID, "Bundle id (iOS)"), Map.entry(FlowVariables.PACKAGE_NAME, "Package name (Android)"),
        Map.entry(FlowVariables.SCOPES, "Scopes"), Map.entry(FlowVariables.POLICY_NAME, "Sign-on policy"),
        Map.entry(FlowVariables.POLICY_DESCRIPTION, "Policy description"), Map.entry(FlowVariables.AUTHENTICATORS, "Authenticators"),
        Map.entry(FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, "Device authentication policy"),
        Map.entry(FlowVariables.NO_DEVICES_MODE, "Users without a device"),
        Map.entry(FlowVariables.ASSIGNMENT_PRIORITY, "Priority of the assignment"));

    private InWords() {
    }

    /** How the application's users sign on before the change. */
    public static String now(TakesEffect data) {
        return data.besides().isEmpty() && data.grants() != null ? NOBODY_YET
            : by(data.besides(), data.defaultPolicy());
    }

    /**
     * How users of an application sign on.
     *
     * @param assigned      the policies assigned to it
     * @param defaultPolicy the environment's, by which they sign on if there are none; null if it is not known
     */
    public static String by(List<Assigned> assigned, SignOnPolicy defaultPolicy) {
        return cut(!assigned.isEmpty() ? inOrder(assigned)
            : "The environment's default policy" + (defaultPolicy == null ? "" : ", which is " + defaultPolicy.name()));
    }

    /** How they sign on after the change. */
    public static String after(TakesEffect data) {
        Assigned own = new Assigned(data.policy().id(), data.policy().name(), data.priority());
        return cut(data.besides().isEmpty() ? byItself(own.policyName(), String.valueOf(own.priority()))
            : inOrder(Stream.concat(Stream.of(own), data.besides().stream()).toList()));
    }

    /** How users sign on by a policy that is the only one assigned. */
    public static String byItself(String policyName, String priority) {
        return "%s (priority %s), and nothing else".formatted(policyName, priority);
    }

    /** A value of a flow's variable, as people say it; the text itself where that is what they say. */
    public static String value(String variable, String text) {
        return switch (variable) {
            case FlowVariables.AUTHENTICATORS -> FlowVariables.split(text).stream().map(InWords::authenticator)
                .collect(Collectors.joining(", "));
            case FlowVariables.NO_DEVICES_MODE -> Stream.of(NoDevicesMode.values()).filter(mode -> mode.name().equals(text)).findFirst()
                .map(InWords::of).orElse(text);
            case FlowVariables.APPROVAL_REQUIRED -> text.equals("true") ? "Yes"
                : text.equals("false") ? "No: it takes effect at once" : text;
            case FlowVariables.REDIRECT_URIS, FlowVariables.SCOPES -> String.join(", ", FlowVariables.split(text));
            default -> text;
        };
    }

    private static String authenticator(String member) {
        return Stream.of(Authenticator.values()).filter(one -> one.member().equals(member)).findFirst().map(InWords::of).orElse(member);
    }

    private static String of(Authenticator authenticator) {
        return switch (authenticator) {
            case AUTHENTICATOR -> "Authenticator app";
            case EMAIL -> "Email";
            case SMS -> "Text message";
            case VOICE -> "Phone call";
            case BOUND_BIOMETRICS -> "Biometrics of the device";
            case SECURITY_KEY -> "Security key";
        };
    }

    private static String of(NoDevicesMode mode) {
        return switch (mode) {
            case BLOCK -> "Keep them out";
            case BYPASS -> "Let them pass";
        };
    }

    /** Describes the changed parts as they are now: one sentence each. */
    public static String changed(Set<Part> parts, TakesEffect now) {
        // Whether the default policy matters at all depends on the assignments.
        return cut(parts.stream().filter(part -> part != Part.DEFAULT_POLICY || !parts.contains(Part.ASSIGNMENTS))
            .map(part -> changed(part, now)).collect(Collectors.joining(" ")));
    }

    private static String changed(Part part, TakesEffect now) {
        return switch (part) {
            case APPLICATION -> "The application was changed in PingOne and now has: %s.".formatted(application(now.application()));
            case GRANTS -> "The application's scopes were changed in PingOne and are now: %s.".formatted(scopes(now.grants()));
            case POLICY -> "The sign-on policy was changed in PingOne and now has: name %s, description %s%s.".formatted(
                quoted(now.policy().name()), quoted(now.policy().description()),
                now.policy().isDefault() ? "; it is the environment's default policy" : "");
            case ACTIONS -> "The policy's actions were changed in PingOne and are now: %s.".formatted(actions(now.actions()));
            case ASSIGNMENTS -> "The application's other policy assignments were changed in PingOne and are now: %s.".formatted(
                now.besides().isEmpty() ? "none" : inOrder(now.besides()));
            case DEFAULT_POLICY -> "The environment's default policy was changed in PingOne%s.".formatted(
                now.defaultPolicy() == null ? "" : " and is now: " + now.defaultPolicy().name());
        };
    }

    private static String inOrder(List<Assigned> assigned) {
        return assigned.stream().collect(Collectors.groupingBy(Assigned::priority, TreeMap::new, Collectors.toList())).entrySet().stream()
            .map(same -> "%s (%spriority %d)".formatted(same.getValue().stream().map(Assigned::shownName).collect(Collectors.joining(" or ")),
                same.getValue().size() > 2 ? "all " : same.getValue().size() > 1 ? "both " : "", same.getKey()))
            .collect(Collectors.joining(", then "));
    }

    private static String application(Application application) {
        return "name %s, description %s, enabled %s, redirect URIs %s, grant types %s, bundle id %s, package name %s%s".formatted(
            quoted(application.name()), quoted(application.description()), application.enabled(), application.redirectUris(),
            application.grantTypes(), quoted(application.bundleId()), quoted(application.packageName()), settings(application.settings()));
    }

    private static String scopes(List<Granted> grants) {
        return grants.isEmpty() ? "none" : grants.stream().map(grant -> grant.scopes().stream()
            .sorted(Comparator.comparing(scope -> scope.name() == null))
            .map(scope -> scope.name() == null ? "the scope " + scope.id() : scope.name()).collect(Collectors.joining(", ")))
            .collect(Collectors.joining("; of another resource: "));
    }

    /** The policy's actions. */
    public static String actions(TakesEffect data) {
        return cut(actions(data.actions()));
    }

    private static String actions(List<Action> actions) {
        return actions.stream().sorted(Comparator.comparingInt(Action::priority)).map(InWords::action).collect(Collectors.joining("; "));
    }

    private static String action(Action action) {
        return "%s with priority %d, authenticators %s, device policy %s, no devices mode %s, condition %s%s".formatted(action.type(),
            action.priority(), action.authenticators().stream().sorted().map(Authenticator::member).collect(Collectors.toList()),
            quoted(action.deviceAuthenticationPolicyId()), quoted(action.noDevicesMode()), quoted(action.condition()),
            (action.applicationIds().isEmpty() ? "" : ", applications " + new TreeSet<>(action.applicationIds())) + settings(action.settings()));
    }

    private static String settings(Map<String, String> settings) {
        return settings.entrySet().stream().map(setting -> ", %s %s".formatted(setting.getKey(), setting.getValue()))
            .collect(Collectors.joining());
    }

    private static String quoted(String text) {
        return text == null ? "none" : "'" + text + "'";
    }

    /** The text, cut to what the engine stores. */
    public static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
