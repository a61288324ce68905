package org.signonflow.process.request;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.HistoricProcessInstancePermissions;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.ProcessInstancePermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

/** Records the requester, whose request another person has to approve. */
@Component
public class Requester {

    private final IdentityService identities;
    private final AuthorizationService authorizations;

    Requester(IdentityService identities, AuthorizationService authorizations) {
        this.identities = identities;
        this.authorizations = authorizations;
    }

    /** Records who requested the starting instance, and grants them read access to it. Returns the user; null if nobody is logged in. */
    public String note(DelegateExecution execution) {
        Authentication who = identities.getCurrentAuthentication();
        String user = who == null ? null : who.getUserId();
        execution.setVariable(ProcessVariables.REQUESTED_BY, user);
        if (user != null) {
            grant(user, Resources.PROCESS_INSTANCE, execution, ProcessInstancePermissions.READ);
            grant(user, Resources.HISTORIC_PROCESS_INSTANCE, execution, HistoricProcessInstancePermissions.READ);
        }
        return user;
    }

    private void grant(String user, Resource resource, DelegateExecution execution, Permission permission) {
        Authorization authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        authorization.setUserId(user);
        authorization.setResource(resource);
        authorization.setResourceId(execution.getProcessInstanceId());
        authorization.setPermissions(new Permission[] {permission});
        authorizations.saveAuthorization(authorization);
    }
}
