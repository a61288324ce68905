package org.signonflow.change;

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
     * @param flow what is asked for
     */
    public static TakesEffect of(UnaryOperator<String> variable, Flow flow) {
        Application application = new Application(variable.apply(FlowVariables.APPLICATION_ID), variable.apply(FlowVariables.APPLICATION_NAME),
            variable.apply(FlowVariables.APPLICATION_DESCRIPTION), null, true, variable.apply(FlowVariables.BUNDLE_ID), variable.apply(FlowVariables.PACKAGE_NAME),
            FlowVariables.split(variable.apply(FlowVariables.REDIRECT_URIS)), List.of("IMPLICIT"), Map.of(), null, null, null);
        SignOnPolicy policy = new SignOnPolicy(variable.apply(FlowVariables.POLICY_ID), variable.apply(FlowVariables.POLICY_NAME), variable.apply(FlowVariables.POLICY_DESCRIPTION),
            false, null);
        return new TakesEffect(application, flow.makesApplication() ? List.of(granted(variable)) : null, policy,
            List.of(action(variable, flow)), (int) Double.parseDouble(variable.apply(FlowVariables.ASSIGNMENT_PRIORITY)), List.of(), null);
    }

    private static Granted granted(UnaryOperator<String> variable) {
        List<String> names = FlowVariables.split(variable.apply(FlowVariables.SCOPES));
        List<String> ids = FlowVariables.split(variable.apply(FlowVariables.SCOPE_IDS));
        return new Granted(variable.apply(FlowVariables.OPENID_RESOURCE_ID), IntStream.range(0, names.size())
            .mapToObj(i -> new Scope(i < ids.size() ? ids.get(i) : null, names.get(i))).toList());
    }

    private static Action action(UnaryOperator<String> variable, Flow flow) {
        String priority = variable.apply(FlowVariables.ACTION_PRIORITY);
        String devicePolicyId = variable.apply(FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID);
        Set<Authenticator> authenticators = devicePolicyId != null ? Set.of()
            : FlowVariables.split(variable.apply(FlowVariables.AUTHENTICATORS)).stream().map(Authenticator::of).collect(Collectors.toSet());
        return new Action(variable.apply(FlowVariables.ACTION_ID), "MULTI_FACTOR_AUTHENTICATION",
            priority != null ? Integer.parseInt(priority) : flow.actionPriority(), authenticators, devicePolicyId,
            variable.apply(FlowVariables.NO_DEVICES_MODE), null, Set.of(), Map.of());
    }
}
