package org.signonflow.crash;

import java.util.EnumSet;
import java.util.Set;

/** The two processes, and the objects that each creates in PingOne, in order. */
enum Flow {

    MFA("configure-mfa-sign-on", EnumSet.of(Call.CREATE_APPLICATION, Call.GRANT_SCOPES, Call.CREATE_POLICY, Call.ADD_ACTION,
        Call.ASSIGN_POLICY)),
    PASSWORDLESS("configure-passwordless-sign-on", EnumSet.of(Call.CREATE_POLICY, Call.ADD_ACTION, Call.ASSIGN_POLICY));

    final String process;
    final Set<Call> creates;

    Flow(String process, Set<Call> creates) {
        this.process = process;
        this.creates = creates;
    }
}
