package org.signonflow.faults;


/** A call of one of the flows that creates something in PingOne. */
enum ChangingCall {
    MFA_APPLICATION(Flow.MFA, "/applications"),
    MFA_GRANT(Flow.MFA, "/applications/*/grants"),
    MFA_POLICY(Flow.MFA, "/signOnPolicies"),
    MFA_ACTION(Flow.MFA, "/signOnPolicies/*/actions"),
    MFA_ASSIGNMENT(Flow.MFA, "/applications/*/signOnPolicyAssignments"),
    PASSWORDLESS_POLICY(Flow.PASSWORDLESS, "/signOnPolicies"),
    PASSWORDLESS_ACTION(Flow.PASSWORDLESS, "/signOnPolicies/*/actions"),
    PASSWORDLESS_ASSIGNMENT(Flow.PASSWORDLESS, "/applications/*/signOnPolicyAssignments");

    final String process;
    final String path;

    ChangingCall(String process, String path) {
        this.process = process;
        this.path = path;
    }

    @Override
    public String toString() {
        return name().toLowerCase().replace('_', ' ');
    }
}
