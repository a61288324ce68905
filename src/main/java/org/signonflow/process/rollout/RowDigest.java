package org.signonflow.process.rollout;

import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.signonflow.change.Digests;
import org.signonflow.process.ProcessVariables;

/** All of a row's data with which it takes effect: what was sent to PingOne, the ids of what that made, and digests of what was there. */
final class RowDigest {

    private static final List<String> DATA = List.of(ProcessVariables.ROLL_OUT, ProcessVariables.LINE, ProcessVariables.ENVIRONMENT,
        ProcessVariables.APPLICATION_NAME, ProcessVariables.APPLICATION_DESCRIPTION, ProcessVariables.REDIRECT_URIS,
        ProcessVariables.BUNDLE_ID, ProcessVariables.PACKAGE_NAME, ProcessVariables.OPENID_RESOURCE_ID, ProcessVariables.SCOPES,
        ProcessVariables.SCOPE_IDS, ProcessVariables.POLICY_NAME, ProcessVariables.POLICY_DESCRIPTION, ProcessVariables.AUTHENTICATORS,
        ProcessVariables.DEVICE_AUTHENTICATION_POLICY_ID, ProcessVariables.NO_DEVICES_MODE, ProcessVariables.ACTION_PRIORITY,
        ProcessVariables.ENROLS_APPLICATION, ProcessVariables.ASSIGNMENT_PRIORITY, ProcessVariables.APPLICATION_ID, ProcessVariables.GRANT_ID,
        ProcessVariables.POLICY_ID, ProcessVariables.ACTION_ID, ProcessVariables.SHOWN);

    private RowDigest() {
    }

    static String of(VariableScope row) {
        // No value has a line break, so no two rows give the same text.
        return Digests.sha256(DATA.stream().map(name -> name + "=" + row.getVariable(name)).collect(Collectors.joining("\n")));
    }
}
