package org.signonflow.faults;

/**
 * A started instance, and what a person is going to do with it.
 *
 * @param plan what happens while it waits for approval, or before
 */
record Flow(String process, String instanceId, String policyName, Plan plan) {

    static final String MFA = "configure-mfa-sign-on";
    static final String PASSWORDLESS = "configure-passwordless-sign-on";

    enum Plan { NO_APPROVAL_NEEDED, APPROVE, DECLINE, ROLL_BACK }

    boolean isMfa() {
        return process.equals(MFA);
    }
}
