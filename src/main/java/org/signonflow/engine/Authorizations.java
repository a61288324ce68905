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
 * The engine's authorizations. Before each question it reads all of them, those of every instance that its history knows included, to
 * leave groups that have none out of the question, whose answer is the same with them.
 *
 * <p>Instead the groups are left out that the caller is in no more: a request may take its time to arrive, and it is when it does
 * something that it needs the right.
 */
final class Authorizations implements SessionFactory {

    @Override
    public Class<?> getSessionType() {
        return AuthorizationManager.class;
    }

    @Override
    public Session openSession() {
        return new AuthorizationManager() {

            /** Of who is calling; a session is one command's. */
            private Set<String> groups;

            @Override
            public List<String> filterAuthenticatedGroupIds(List<String> asked) {
                Authentication caller = getCurrentAuthentication();
                if (asked == null || asked.isEmpty()) {
                    return List.of();
                }
                // One may also ask what another may.
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
