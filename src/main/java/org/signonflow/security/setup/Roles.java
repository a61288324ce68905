package org.signonflow.security.setup;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.signonflow.change.Flow;
import org.signonflow.security.SingleSignOn;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.CREATE_INSTANCE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_HISTORY;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_INSTANCE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_TASK;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.RETRY_JOB;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.TASK_WORK;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.UPDATE_INSTANCE;

/**
 * The groups and their authorisations, created at the first start. Requesters start flows and see their own; approvers read all flows and
 * work on their tasks, all of which are approvals; operators read, retry and roll back; administrators may do everything the API allowlist
 * permits. Later changes by an administrator are kept.
 */
@Component
public class Roles {

    public static final String REQUESTERS = "sign-on-requesters";
    public static final String APPROVERS = "sign-on-approvers";
    public static final String OPERATORS = "sign-on-operators";
    /** Created by Camunda for the first administrator, if one is configured. */
    public static final String ADMINISTRATORS = "camunda-admin";

    private static final String NOBODY = "nobody";
    private static final String WAITING = "Waiting for approval";

    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final FilterService filters;
    private final TaskService tasks;
    private final SingleSignOn signOn;

    Roles(IdentityService identities, AuthorizationService authorizations, FilterService filters, TaskService tasks, SingleSignOn signOn) {
        this.identities = identities;
        this.authorizations = authorizations;
        this.filters = filters;
        this.tasks = tasks;
        this.signOn = signOn;
    }

    @EventListener(ApplicationStartedEvent.class)
    @Order(1)
    void create() {
        if (signOn.isOn() && group(ADMINISTRATORS, "Administrators")) {
            for (Resource resource : Resources.values()) {
                grant(ADMINISTRATORS, resource, "*", Permissions.ALL);
            }
            keepSetUpShut();
        }
        List<String> made = new ArrayList<>();
        if (group(REQUESTERS, "Sign-on requesters")) {
            made.add(REQUESTERS);
            grant(REQUESTERS, Resources.APPLICATION, "tasklist", Permissions.ACCESS);
            grant(REQUESTERS, Resources.APPLICATION, "cockpit", Permissions.ACCESS);
            grant(REQUESTERS, Resources.PROCESS_INSTANCE, "*", Permissions.CREATE);
        }
        if (group(APPROVERS, "Sign-on approvers")) {
            made.add(APPROVERS);
            grant(APPROVERS, Resources.APPLICATION, "tasklist", Permissions.ACCESS);
            grant(APPROVERS, Resources.FILTER, waitingForApproval(), Permissions.READ);
        }
        if (group(OPERATORS, "Sign-on operators")) {
            made.add(OPERATORS);
            grant(OPERATORS, Resources.APPLICATION, "cockpit", Permissions.ACCESS);
        }
        Flow.processes().forEach(flow -> grant(flow, isNew(flow) ? List.of(REQUESTERS, APPROVERS, OPERATORS) : made));
    }

    /**
     * Whether nothing has been granted for the flow yet: at the first start, and at the first with a flow that earlier versions did not
     * have.
     */
    private boolean isNew(String flow) {
        return authorizations.createAuthorizationQuery().resourceType(Resources.PROCESS_DEFINITION).resourceId(flow).count() == 0;
    }

    private void grant(String flow, List<String> groups) {
        if (groups.contains(REQUESTERS) && Flow.started().contains(flow)) {
            grant(REQUESTERS, Resources.PROCESS_DEFINITION, flow, ProcessDefinitionPermissions.READ, CREATE_INSTANCE);
        }
        if (groups.contains(APPROVERS)) {
            grant(APPROVERS, Resources.PROCESS_DEFINITION, flow, ProcessDefinitionPermissions.READ, READ_INSTANCE, READ_HISTORY, READ_TASK,
                TASK_WORK);
        }
        if (groups.contains(OPERATORS)) {
            List<Permission> permissions = new ArrayList<>(List.of(ProcessDefinitionPermissions.READ, READ_INSTANCE, READ_HISTORY, RETRY_JOB,
                UPDATE_INSTANCE));
            if (flow.equals(Flow.UNDO) || flow.equals(Flow.UNDO_ROLL_OUT)) {
                permissions.add(CREATE_INSTANCE);
                letStart(OPERATORS);
            }
            grant(OPERATORS, Resources.PROCESS_DEFINITION, flow, permissions.toArray(Permission[]::new));
        }
    }

    /** An administrator may have allowed it already: the engine takes one authorization only of a kind. */
    private void letStart(String group) {
        Authorization existing = authorizations.createAuthorizationQuery().authorizationType(Authorization.AUTH_TYPE_GRANT)
            .groupIdIn(group).resourceType(Resources.PROCESS_INSTANCE).resourceId("*").singleResult();
        if (existing == null) {
            grant(group, Resources.PROCESS_INSTANCE, "*", Permissions.CREATE);
        } else if (!existing.isPermissionGranted(Permissions.CREATE)) {
            existing.addPermission(Permissions.CREATE);
            authorizations.saveAuthorization(existing);
        }
    }

    /** While no administrator has an account, the web applications lead everyone to the creation of the first. Nobody logs in as this. */
    private void keepSetUpShut() {
        User nobody = identities.newUser(NOBODY);
        nobody.setFirstName("Nobody");
        nobody.setLastName("(keeps the web applications' set-up shut)");
        identities.saveUser(nobody);
        identities.createMembership(NOBODY, ADMINISTRATORS);
    }

    private boolean group(String id, String name) {
        if (identities.createGroupQuery().groupId(id).count() > 0) {
            return false;
        }
        Group group = identities.newGroup(id);
        group.setName(name);
        group.setType("WORKFLOW");
        identities.saveGroup(group);
        return true;
    }

    private void grant(String group, Resource resource, String id, Permission... permissions) {
        Authorization authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        authorization.setGroupId(group);
        authorization.setResource(resource);
        authorization.setResourceId(id);
        authorization.setPermissions(permissions);
        authorizations.saveAuthorization(authorization);
    }

    private String waitingForApproval() {
        Filter filter = filters.newTaskFilter(WAITING);
        filter.setQuery(tasks.createTaskQuery().taskCandidateGroup(APPROVERS).includeAssignedTasks());
        filter.setProperties(Map.of("priority", 0, "refresh", true, "showUndefinedVariable", false, "variables", List.of(
            Map.of("name", "name", "label", "Roll-out"), Map.of("name", "applicationName", "label", "Application"),
            Map.of("name", "policyName", "label", "Policy"), Map.of("name", "requestedBy", "label", "Requested by"))));
        return filters.saveFilter(filter).getId();
    }
}
