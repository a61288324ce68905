package org.signonflow.engine;

import org.apache.ibatis.executor.statement.StatementHandler;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;
import org.apache.ibatis.session.ResultHandler;
import org.camunda.bpm.engine.IdentityService;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Limits how long the database works on a logged-in user's query. Jobs, cleanup and schema updates take as long as they need. {@link
 * CallerErrors} translates the failure for the caller.
 */
@Intercepts(@Signature(type = StatementHandler.class, method = "query", args = {Statement.class, ResultHandler.class}))
final class QueryTimeout implements Interceptor {

    /** The SQL state of both H2 and PostgreSQL. */
    private static final String CANCELLED = "57014";

    private final Supplier<IdentityService> identities;
    private final int seconds;

    /** @param timeout in whole seconds, as in JDBC */
    QueryTimeout(Supplier<IdentityService> identities, Duration timeout) {
        this.identities = identities;
        this.seconds = (int) Math.max(1, timeout.toSeconds());
    }

    static boolean isOver(Throwable failure) {
        SQLException database = Causes.find(failure, SQLException.class);
        return database != null && CANCELLED.equals(database.getSQLState());
    }

    @Override
    public Object plugin(Object target) {
        return Guard.wrapIfAsked(this, target, identities);
    }

    @Override
    public Object intercept(Invocation invocation) throws Throwable {
        Statement statement = (Statement) invocation.getArgs()[0];
        statement.setQueryTimeout(seconds);
        try {
            return invocation.proceed();
        } finally {
            forget(statement);
        }
    }

    /** H2 keeps the timeout on the connection, which goes back to the pool. */
    private static void forget(Statement statement) {
        try {
            statement.setQueryTimeout(0);
        } catch (SQLException closed) {
            // The timeout is gone with it.
        }
    }
}
