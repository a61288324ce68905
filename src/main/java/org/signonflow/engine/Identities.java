package org.signonflow.engine;

import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.IdentityOperationResult;
import org.camunda.bpm.engine.impl.identity.db.DbIdentityServiceProvider;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;
import org.signonflow.change.PlainText;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The engine's users and groups. Deleting a user or group deletes its authorizations, and a new one inherits none that an earlier version
 * left behind for a namesake. User names are unique regardless of case, and it is logged who sets a password.
 */
final class Identities implements SessionFactory {

    private static final String GRANTS_OF_USER = "delete from ACT_RU_AUTHORIZATION where USER_ID_ = ?";
    private static final String GRANTS_OF_GROUP = "delete from ACT_RU_AUTHORIZATION where GROUP_ID_ = ?";
    private static final String GRANTS_ON_FILTERS = "delete from ACT_RU_AUTHORIZATION where RESOURCE_TYPE_ = 5 and RESOURCE_ID_ in"
        + " (select ID_ from ACT_RU_FILTER where OWNER_ = ?)";
    private static final String FILTERS = "delete from ACT_RU_FILTER where OWNER_ = ?";

    private static final String KEPT_ELSEWHERE = "groupId: the identity provider says who is in which group.";

    private final Supplier<PasswordCheck> passwords;

    Identities(Supplier<PasswordCheck> passwords) {
        this.passwords = passwords;
    }

    @Override
    public Class<?> getSessionType() {
        return DbIdentityServiceProvider.class;
    }

    @Override
    public Session openSession() {
        return new DbIdentityServiceProvider() {
            @Override
            public boolean checkPassword(String userId, String password) {
                // Before login, nothing else validates the name.
                boolean isName = userId == null || PlainText.unstorable(userId).isEmpty();
                return isName && passwords.get().accepts(userId) && passwords.get().check(userId, () -> hasPassword(userId)
                    && super.checkPassword(userId, password) ? Optional.of(findUserById(userId).getPassword()) : Optional.empty());
            }

            /** The engine would fail to compare with none. */
            private boolean hasPassword(String userId) {
                User user = findUserById(userId);
                return user != null && user.getPassword() != null;
            }

            /**
             * The engine's own counting of failed logins is off, and concurrent logins would contend for its row: those with the right
             * password would fail.
             */
            @Override
            protected void lockUser(UserEntity user) {
            }

            @Override
            public IdentityOperationResult saveUser(User user) {
                UserEntity entity = (UserEntity) user;
                boolean isNew = entity.getRevision() == 0;
                boolean hasNewPassword = entity.hasNewPassword();
                if (isNew || hasNewPassword) {
                    refuseIfKeptElsewhere(user.getId(), "id: people log in through the identity provider, and have no password here.");
                }
                if (!isNew && !hasNewPassword && !isStored(entity)) {
                    throw new BadUserRequestException("id: cannot be changed. Reload the user, who may have changed in the meantime.");
                }
                // This checks first whether the caller may create users, and so may learn who exists.
                IdentityOperationResult result = forget(super.saveUser(user), user.getId(), GRANTS_OF_USER, GRANTS_ON_FILTERS, FILTERS);
                if (isNew && createNativeUserQuery().sql("select count(*) from ACT_ID_USER where lower(ID_) = lower(#{id})")
                    .parameter("id", user.getId()).count() > 0) {
                    throw new BadUserRequestException("id: a user with this name already exists, in upper or lower case.");
                }
                if (!isNew && hasNewPassword) {
                    Context.getCommandContext().getOperationLogManager().logUserOperation(OperationLog.SET_PASSWORD, user.getId());
                }
                return result;
            }

            @Override
            public IdentityOperationResult createMembership(String userId, String groupId) {
                refuseIfKeptElsewhere(userId, KEPT_ELSEWHERE);
                return super.createMembership(userId, groupId);
            }

            @Override
            public IdentityOperationResult deleteMembership(String userId, String groupId) {
                refuseIfKeptElsewhere(userId, KEPT_ELSEWHERE);
                return super.deleteMembership(userId, groupId);
            }

            /** People would be overruled as soon as the provider is asked again, but not at once. */
            private void refuseIfKeptElsewhere(String userId, String sentence) {
                if (getCurrentAuthentication() != null && !passwords.get().accepts(userId)) {
                    throw new BadUserRequestException(sentence);
                }
            }

            @Override
            public IdentityOperationResult deleteUser(String userId) {
                return forget(super.deleteUser(userId), userId, GRANTS_OF_USER, GRANTS_ON_FILTERS, FILTERS);
            }

            @Override
            public IdentityOperationResult saveGroup(Group group) {
                return forget(super.saveGroup(group), group.getId(), GRANTS_OF_GROUP);
            }

            @Override
            public IdentityOperationResult deleteGroup(String groupId) {
                return forget(super.deleteGroup(groupId), groupId, GRANTS_OF_GROUP);
            }
        };
    }

    /** The engine writes all of a user, including the password, to the row with the given id, whichever that is. */
    private static boolean isStored(UserEntity user) {
        String password = user.getPassword() == null ? "PWD_ is null" : "PWD_ = #{password}";
        CommandContext context = Context.getCommandContext();
        return context.runWithoutAuthorization(() -> context.getReadOnlyIdentityProvider().createNativeUserQuery()
            .sql("select count(*) from ACT_ID_USER where ID_ = #{id} and " + password).parameter("id", user.getId())
            .parameter("password", user.getPassword()).count()) > 0;
    }

    /** In the engine's transaction, but immediately: what the engine itself grants a new user is only written when the transaction ends. */
    private static IdentityOperationResult forget(IdentityOperationResult done, String id, String... statements) {
        if (List.of(IdentityOperationResult.OPERATION_CREATE, IdentityOperationResult.OPERATION_DELETE).contains(done.getOperation())) {
            for (String each : statements) {
                try (PreparedStatement statement = Context.getCommandContext().getDbSqlSession().getSqlSession().getConnection()
                        .prepareStatement(each)) {
                    statement.setString(1, id);
                    statement.executeUpdate();
                } catch (SQLException failed) {
                    throw new ProcessEngineException(failed);
                }
            }
        }
        return done;
    }
}
