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

import static org.signonflow.change.FlowVariables.ACTION_ID;
import static org.signonflow.change.FlowVariables.ACTION_PRIORITY;
import static org.signonflow.change.FlowVariables.APPLICATION_DESCRIPTION;
import static org.signonflow.change.FlowVariables.APPLICATION_ID;
import static org.signonflow.change.FlowVariables.APPLICATION_NAME;
import static org.signonflow.change.FlowVariables.APPLICATION_TYPE;
import static org.signonflow.change.FlowVariables.ASSIGNMENT_PRIORITY;
import static org.signonflow.change.FlowVariables.AUTHENTICATORS;
import static org.signonflow.change.FlowVariables.BUNDLE_ID;
import static org.signonflow.change.FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID;
import static org.signonflow.change.FlowVariables.NO_DEVICES_MODE;
import static org.signonflow.change.FlowVariables.OPENID_RESOURCE_ID;
import static org.signonflow.change.FlowVariables.PACKAGE_NAME;
import static org.signonflow.change.FlowVariables.POLICY_DESCRIPTION;
import static org.signonflow.change.FlowVariables.POLICY_ID;
import static org.signonflow.change.FlowVariables.POLICY_NAME;
import static org.signonflow.change.FlowVariables.REDIRECT_URIS;
import static org.signonflow.change.FlowVariables.SCOPES;
import static org.signonflow.change.FlowVariables.SCOPE_IDS;

/** The requested state, as it will be in PingOne. */
public final class Requested {

    private Requested() {
    }

    /**
     * Reads the request's variables and the ids of the objects created since.
     *
     * @param variable returns a variable's text by name, in a flow or a row of a roll-out; null if unset
     * @param flow     the requested flow
     */
    public static TakesEffect of(UnaryOperator<String> variable, Flow flow) {
        Application application = new Application(variable.apply(APPLICATION_ID), variable.apply(APPLICATION_NAME),
            variable.apply(APPLICATION_DESCRIPTION), variable.apply(APPLICATION_TYPE), true,
            variable.apply(BUNDLE_ID), variable.apply(PACKAGE_NAME),
            FlowVariables.split(variable.apply(REDIRECT_URIS)), List.of("IMPLICIT"), Map.of(), null, null, null);
        SignOnPolicy policy = new SignOnPolicy(variable.apply(POLICY_ID), variable.apply(POLICY_NAME), variable.apply(POLICY_DESCRIPTION),
            false, null);
        return new TakesEffect(application, flow.makesApplication() ? List.of(granted(variable)) : null, policy,
            List.of(action(variable, flow)), (int) Double.parseDouble(variable.apply(ASSIGNMENT_PRIORITY)), List.of(), null);
    }

    private static Granted granted(UnaryOperator<String> variable) {
        List<String> names = FlowVariables.split(variable.apply(SCOPES));
        List<String> ids = FlowVariables.split(variable.apply(SCOPE_IDS));
        return new Granted(variable.apply(OPENID_RESOURCE_ID), IntStream.range(0, names.size())
            .mapToObj(i -> new Scope(i < ids.size() ? ids.get(i) : null, names.get(i))).toList());
    }

    private static Action action(UnaryOperator<String> variable, Flow flow) {
        String priority = variable.apply(ACTION_PRIORITY);
        String devicePolicyId = variable.apply(DEVICE_AUTHENTICATION_POLICY_ID);
        Set<Authenticator> authenticators = devicePolicyId != null ? Set.of()
            : FlowVariables.split(variable.apply(AUTHENTICATORS)).stream().map(Authenticator::of).collect(Collectors.toSet());
        return new Action(variable.apply(ACTION_ID), "MULTI_FACTOR_AUTHENTICATION",
            priority != null ? Integer.parseInt(priority) : flow.actionPriority(), authenticators, devicePolicyId,
            variable.apply(NO_DEVICES_MODE), null, Set.of(), Map.of());
    }
}
