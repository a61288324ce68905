package org.signonflow.engine;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.db.ListQueryParameterObject;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.query.Query;

import java.lang.reflect.Field;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks every query against the {@link QueryRules} before it is run, through whichever API it came: the engine's own check for expressions
 * ignores branches. A query is either a command itself or an argument of one, such as a query that extends a filter's. {@link Filters}
 * checks those it stores.
 */
final class QueryGuard extends CommandInterceptor {

    private static final ClassValue<List<Field>> QUERIES = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return QueryRules.fields(type, field -> Query.class.isAssignableFrom(field.getType())
                || ListQueryParameterObject.class.isAssignableFrom(field.getType()));
        }
    };

    private final Supplier<IdentityService> identities;

    QueryGuard(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public <T> T execute(Command<T> command) {
        check(command);
        for (Field field : QUERIES.get(command.getClass())) {
            check(QueryRules.value(field, command));
        }
        return next.execute(command);
    }

    private void check(Object candidate) {
        if (candidate instanceof ListQueryParameterObject query) {
            QueryRules.check(query, identities.get().getCurrentAuthentication() != null);
        }
    }
}
