package org.signonflow.change;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Authenticator;
import org.signonflow.pingone.Scope;
import org.signonflow.pingone.SignOnPolicy;

/** What was asked for, as it will be in PingOne. */
public final class Requested {

    private Requested() {
    }

    /**
     * Reads the request's variables, and the ids of what was made since.
     *
     * @param variable       a variable's text by its name, the same in a flow and in a row of a roll-out; null where it has none
     * @param newApplication whether the application is made by the change
     */
    public static TakesEffect of(UnaryOperator<String> variable, boolean newApplication) {
        Application application = new Application(variable.apply("applicationId"), variable.apply("applicationName"),
            variable.apply("applicationDescription"), null, true, variable.apply("bundleId"), variable.apply("packageName"),
            split(variable.apply("redirectUris")), List.of("IMPLICIT"), Map.of(), null, null, null);
        SignOnPolicy policy = new SignOnPolicy(variable.apply("policyId"), variable.apply("policyName"), variable.apply("policyDescription"),
            false, null);
        return new TakesEffect(application, newApplication ? List.of(granted(variable)) : null, policy,
            List.of(action(variable, newApplication)), (int) Double.parseDouble(variable.apply("assignmentPriority")), List.of(), null);
    }

    private static Granted granted(UnaryOperator<String> variable) {
        List<String> names = split(variable.apply("scopes"));
        List<String> ids = split(variable.apply("scopeIds"));
        return new Granted(variable.apply("openidResourceId"), IntStream.range(0, names.size())
            .mapToObj(i -> new Scope(i < ids.size() ? ids.get(i) : null, names.get(i))).toList());
    }

    private static Action action(UnaryOperator<String> variable, boolean newApplication) {
        String priority = variable.apply("actionPriority");
        String devicePolicyId = variable.apply("deviceAuthenticationPolicyId");
        Set<Authenticator> authenticators = devicePolicyId != null ? Set.of()
            : split(variable.apply("authenticators")).stream().map(Authenticator::of).collect(Collectors.toSet());
        // The models say it where they make the action, and not everywhere.
        return new Action(variable.apply("actionId"), "MULTI_FACTOR_AUTHENTICATION",
            priority != null ? Integer.parseInt(priority) : newApplication ? 10 : 1, authenticators, devicePolicyId,
            variable.apply("noDevicesMode"), null, Set.of(), Map.of());
    }

    private static List<String> split(String list) {
        return list == null ? List.of() : Arrays.stream(list.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }
}
