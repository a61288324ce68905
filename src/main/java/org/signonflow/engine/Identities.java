package org.signonflow.engine;

import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.IdentityOperationResult;
import org.camunda.bpm.engine.impl.identity.db.DbIdentityServiceProvider;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;

/** The engine's users and groups, but no two users have one name in upper and lower case, and who sets a password is written down. */
final class Identities implements SessionFactory {

    @Override
    public Class<?> getSessionType() {
        return DbIdentityServiceProvider.class;
    }

    @Override
    public Session openSession() {
        return new DbIdentityServiceProvider() {
            @Override
            public IdentityOperationResult saveUser(User user) {
                UserEntity entity = (UserEntity) user;
                boolean isNew = entity.getRevision() == 0;
                boolean hasNewPassword = entity.hasNewPassword();
                // Asks first whether the caller may make users, and learn who there is.
                IdentityOperationResult result = super.saveUser(user);
                if (isNew && createNativeUserQuery().sql("select count(*) from ACT_ID_USER where lower(ID_) = lower(#{id})")
                    .parameter("id", user.getId()).count() > 0) {
                    throw new BadUserRequestException("id: there is a user of this name, in upper or lower case.");
                }
                if (!isNew && hasNewPassword) {
                    Context.getCommandContext().getOperationLogManager().logUserOperation(OperationLog.SET_PASSWORD, user.getId());
                }
                return result;
            }
        };
    }
}
