package org.signonflow.crash;

import org.springframework.util.AntPathMatcher;

/** A call that changes PingOne, and the task of the models that makes it. */
enum Call {

    CREATE_APPLICATION("Task_CreateNativeApplication", "POST", "/applications"),
    GRANT_SCOPES("Task_GrantScopes", "POST", "/applications/*/grants"),
    CREATE_POLICY("Task_CreateSignOnPolicy", "POST", "/signOnPolicies"),
    ADD_ACTION("Task_AddMfaAction", "POST", "/signOnPolicies/*/actions"),
    ASSIGN_POLICY("Task_AssignPolicy", "POST", "/applications/*/signOnPolicyAssignments"),

    DELETE_POLICY("Task_DeleteSignOnPolicy", "DELETE", "/signOnPolicies/*"),
    REVOKE_SCOPES("Task_RevokeScopes", "DELETE", "/applications/*/grants/*"),
    DELETE_APPLICATION("Task_DeleteNativeApplication", "DELETE", "/applications/*"),
    /** Only sent if the reply to the assignment was lost and the instance is rolled back: an assigned flow has ended. */
    DELETE_ASSIGNMENT("Task_SettleBeforeRollBack", "DELETE", "/applications/*/signOnPolicyAssignments/*");

    private static final String BELOW = "/v1/environments/*";
    private static final AntPathMatcher PATHS = new AntPathMatcher();

    final String task;
    final String method;
    private final String path;

    Call(String task, String method, String path) {
        this.task = task;
        this.method = method;
        this.path = path;
    }

    /** @param requestPath with or without a query */
    boolean is(String requestMethod, String requestPath) {
        int query = requestPath.indexOf('?');
        return method.equals(requestMethod) && PATHS.match(BELOW + path, query < 0 ? requestPath : requestPath.substring(0, query));
    }

    /** The call that undoes this one. */
    Call undo() {
        return switch (this) {
            case CREATE_APPLICATION -> DELETE_APPLICATION;
            case GRANT_SCOPES -> REVOKE_SCOPES;
            // The action goes with its policy.
            case CREATE_POLICY, ADD_ACTION -> DELETE_POLICY;
            case ASSIGN_POLICY -> DELETE_ASSIGNMENT;
            default -> throw new IllegalArgumentException(this + " creates nothing");
        };
    }
}
