package org.signonflow.engine;

import org.signonflow.process.approval.AccountLog;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.util.List;

/** The engine's user operation log. Its own query can filter by who did something, but not by whom it was done to. */
@Component
class OperationLog implements AccountLog {

    /** Written by {@link Identities} in addition to the engine's own entry, which only says that the user was changed. */
    static final String SET_PASSWORD = "SetPassword";

    private final JdbcClient database;

    OperationLog(JdbcClient database) {
        this.database = database;
    }

    @Override
    public List<Entry> of(String user) {
        // Only the latest of each action by each person, so that nobody can hide one behind many others.
        return database.sql("""
                select done.USER_ID_ as who, done.OPERATION_TYPE_ as operation, max(done.TIMESTAMP_) as at, added.NEW_VALUE_ as group_id
                from ACT_HI_OP_LOG done left join ACT_HI_OP_LOG added on done.ENTITY_TYPE_ = 'Group membership'
                    and added.ENTITY_TYPE_ = 'Group membership' and added.OPERATION_ID_ = done.OPERATION_ID_ and added.PROPERTY_ = 'groupId'
                where done.ENTITY_TYPE_ in ('User', 'Group membership') and done.PROPERTY_ = 'userId'
                    and done.OPERATION_TYPE_ in ('Create', 'Update', 'SetPassword')
                    and lower(done.NEW_VALUE_) = lower(:user) and done.USER_ID_ is not null
                group by done.USER_ID_, done.OPERATION_TYPE_, added.NEW_VALUE_
                order by max(done.TIMESTAMP_) desc""")
            .param("user", user)
            .query((row, number) -> new Entry(row.getString("who"), action(row.getString("operation"), row.getString("group_id")),
                row.getString("group_id"), row.getTimestamp("at").toInstant()))
            .list();
    }

    private static Action action(String operation, String group) {
        return group != null ? Action.ADDED_TO_GROUP : switch (operation) {
            case "Create" -> Action.CREATED;
            case SET_PASSWORD -> Action.PASSWORD_SET;
            default -> Action.CHANGED;
        };
    }
}
