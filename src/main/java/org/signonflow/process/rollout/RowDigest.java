package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Digests;
import org.signonflow.change.FlowVariables;
import org.signonflow.process.ProcessVariables;

/**
 * A digest of all data with which a row takes effect: what was sent to PingOne, the ids of what that created, and digests of what existed
 * before.
 */
final class RowDigest {

    private static final List<String> DATA = List.of(ProcessVariables.ROLL_OUT, ProcessVariables.LINE, FlowVariables.ENVIRONMENT,
        FlowVariables.APPLICATION_NAME, FlowVariables.APPLICATION_DESCRIPTION, FlowVariables.REDIRECT_URIS,
        FlowVariables.BUNDLE_ID, FlowVariables.PACKAGE_NAME, FlowVariables.OPENID_RESOURCE_ID, FlowVariables.SCOPES,
        FlowVariables.SCOPE_IDS, FlowVariables.POLICY_NAME, FlowVariables.POLICY_DESCRIPTION, FlowVariables.AUTHENTICATORS,
        FlowVariables.DEVICE_AUTHENTICATION_POLICY_ID, FlowVariables.NO_DEVICES_MODE, FlowVariables.ACTION_PRIORITY,
        FlowVariables.ENROLS_APPLICATION, FlowVariables.ASSIGNMENT_PRIORITY, FlowVariables.APPLICATION_ID, FlowVariables.GRANT_ID,
        FlowVariables.POLICY_ID, FlowVariables.ACTION_ID, ProcessVariables.SHOWN);

    private RowDigest() {
    }

    static String of(VariableScope row) {
        // No value has a line break, so different rows cannot yield the same text.
        return Digests.sha256(DATA.stream().map(name -> name + "=" + row.getVariable(name)).collect(Collectors.joining("\n")));
    }
}
