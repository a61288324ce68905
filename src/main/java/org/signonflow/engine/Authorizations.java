package org.signonflow.engine;

import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The engine's authorization manager. Before each check, the original reads all authorizations, including those of every instance in the
 * history, to filter out groups without any, although that does not affect the result.
 *
 * <p>This one filters out groups that the caller has left: a request may take a while to arrive, and what counts are its permissions when
 * it acts.
 */
final class Authorizations implements SessionFactory {

    @Override
    public Class<?> getSessionType() {
        return AuthorizationManager.class;
    }

    @Override
    public Session openSession() {
        return new AuthorizationManager() {

            /** The caller's groups; a session belongs to a single command. */
            private Set<String> groups;

            @Override
            public List<String> filterAuthenticatedGroupIds(List<String> asked) {
                Authentication caller = getCurrentAuthentication();
                if (asked == null || asked.isEmpty()) {
                    return List.of();
                }
                // The question may also be about another user.
                return caller == null || asked != caller.getGroupIds() ? asked
                    : asked.stream().filter(groups(caller.getUserId())::contains).toList();
            }

            private Set<String> groups(String user) {
                if (groups == null) {
                    CommandContext context = Context.getCommandContext();
                    groups = context.runWithoutAuthorization(() -> context.getReadOnlyIdentityProvider().createGroupQuery(context)
                        .groupMember(user).list().stream().map(Group::getId).collect(Collectors.toSet()));
                }
                return groups;
            }
        };
    }
}
