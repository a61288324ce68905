package org.signonflow.change;

import java.util.Arrays;
import java.util.List;

/** The names of the inputs of a flow or of a roll-out's row, and of the objects created. They are stable: people script against them. */
public final class FlowVariables {

    public static final String ENVIRONMENT = "environment";
    public static final String APPLICATION_NAME = "applicationName";
    public static final String APPLICATION_DESCRIPTION = "applicationDescription";
    public static final String REDIRECT_URIS = "redirectUris";
    public static final String BUNDLE_ID = "bundleId";
    public static final String PACKAGE_NAME = "packageName";
    public static final String SCOPES = "scopes";
    public static final String POLICY_NAME = "policyName";
    public static final String POLICY_DESCRIPTION = "policyDescription";
    public static final String AUTHENTICATORS = "authenticators";
    public static final String DEVICE_AUTHENTICATION_POLICY_ID = "deviceAuthenticationPolicyId";
    public static final String NO_DEVICES_MODE = "noDevicesMode";
    /** Of the MFA action; input parameters in the flows' models. */
    public static final String ACTION_PRIORITY = "actionPriority";
    public static final String ENROLS_APPLICATION = "enrolsApplication";
    public static final String ASSIGNMENT_PRIORITY = "assignmentPriority";
    public static final String APPROVAL_REQUIRED = "approvalRequired";
    /** Why the change is requested. */
    public static final String REASON = "reason";
    /** Of an undo: the completed change that it undoes. */
    public static final String CHANGE = "change";
    public static final String APPLICATION_ID = "applicationId";
    public static final String OPENID_RESOURCE_ID = "openidResourceId";
    public static final String SCOPE_IDS = "scopeIds";
    public static final String GRANT_ID = "grantId";
    public static final String POLICY_ID = "policyId";
    public static final String ACTION_ID = "actionId";
    public static final String ASSIGNMENT_ID = "assignmentId";
    /** PingOne's type of an existing application, once it was found; not to be given. */
    public static final String APPLICATION_TYPE = "applicationType";
    /** How the application's users sign on now and after the approval, in words; unset while the form can say it by itself. */
    public static final String SIGN_ON_NOW = "signOnNow";
    public static final String SIGN_ON_AFTER = "signOnAfter";
    /** What deserves a second look, one per line; unset if nothing does. */
    public static final String SECOND_LOOK = "secondLook";
    /** Of a roll-out and its rows: whether the policy is a new one each, a new shared one, or an existing one. */
    public static final String POLICY = "policy";

    private FlowVariables() {
    }

    /** The items of a comma-separated list; none for null. */
    public static List<String> split(String list) {
        return list == null ? List.of() : Arrays.stream(list.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }
}
