package org.signonflow.engine;

import jakarta.ws.rs.BadRequestException;
import org.camunda.bpm.engine.impl.AbstractQuery;
import org.camunda.bpm.engine.impl.QueryOperator;
import org.camunda.bpm.engine.impl.QueryVariableValue;
import org.camunda.bpm.engine.impl.db.ListQueryParameterObject;
import org.camunda.bpm.engine.rest.dto.ConditionQueryParameterDto;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which queries are allowed: none with an expression in any branch, since the engine evaluates expressions with access to every bean; and
 * people's queries are limited in size, since each sort criterion and each condition may join a table. Inspects a query's fields by
 * reflection, so that no type of query and no member is missed.
 */
final class QueryRules {

    static final int SORTINGS = 5;
    static final int BRANCHES = 5;
    /** Conditions on variables and the like. */
    static final int CONDITIONS = 20;
    /**
     * Ids and other plain values in lists: REST itself queries the variables of a task list with three values for each of 2,000 tasks, plus
     * names.
     */
    static final int VALUES = 6_500;
    /** In a pattern: H2 tries every combination of positions, and checks its timeout only between rows. */
    static final int WILDCARDS = 3;

    private static final Set<QueryOperator> LIKE = Set.of(QueryOperator.LIKE, QueryOperator.NOT_LIKE);

    private static final ClassValue<List<Field>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return fields(type, field -> !field.getType().isPrimitive());
        }
    };

    private final boolean bounded;
    private int sortings;
    private int branches;
    private int conditions;
    private int values;

    private QueryRules(boolean bounded) {
        this.bounded = bounded;
    }

    /**
     * @param person whether a logged-in user asks; the application's own queries are not limited
     * @throws BadRequestException with a sentence about what is not allowed
     */
    static void check(ListQueryParameterObject query, boolean person) {
        new QueryRules(person).inspect(query, false);
    }

    /** The readable fields of a type and its supertypes that match the predicate. */
    static List<Field> fields(Class<?> type, Predicate<Field> taken) {
        List<Field> found = new ArrayList<>();
        for (Class<?> each = type; each != null && each != AbstractQuery.class && each != ListQueryParameterObject.class;
                each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && taken.test(field)) {
                    field.setAccessible(true);
                    found.add(field);
                }
            }
        }
        return found;
    }

    static Object value(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void inspect(ListQueryParameterObject query, boolean branch) {
        if (query instanceof AbstractQuery<?, ?> expressive && !expressive.getExpressions().isEmpty()) {
            throw new BadRequestException("Queries must not contain expressions (%s): give the value itself.".formatted(
                String.join(", ", expressive.getExpressions().keySet())));
        }
        if (query.getFirstResult() < 0 || query.getMaxResults() < 0) {
            throw new BadRequestException("firstResult and maxResults: must not be negative.");
        }
        sortings += query.getOrderingProperties().size();
        requireAtMost(sortings, SORTINGS, "sort criteria");
        for (Field member : MEMBERS.get(query.getClass())) {
            Object value = value(member, query);
            if (member.getName().endsWith("Like")) {
                checkPattern(value);
            }
            if (isMany(value)) {
                elements(value).forEach(each -> checkElement(each, query, branch));
            }
        }
    }

    private void checkElement(Object each, ListQueryParameterObject of, boolean branch) {
        if (each instanceof ListQueryParameterObject other) {
            // A query is the first of its own branches.
            if (other != of) {
                requireAtMost(++branches, branch ? 0 : BRANCHES, branch ? "branches within a branch" : "branches");
                inspect(other, true);
            }
        } else if (isPlain(each)) {
            requireAtMost(++values, VALUES, "values in lists");
        } else if (!(each instanceof ConditionQueryParameterDto)) {
            // Cockpit's queries hold theirs twice, as received and as executed.
            requireAtMost(++conditions, CONDITIONS, "conditions on variables");
            checkPattern(each instanceof QueryVariableValue variable && LIKE.contains(variable.getOperator()) ? variable.getValue() : null);
        }
    }

    private void checkPattern(Object value) {
        if (value instanceof String text) {
            requireAtMost((int) text.chars().filter(each -> each == '%').count(), WILDCARDS, "wildcards % in a pattern");
        }
    }

    private static boolean isMany(Object value) {
        return value instanceof Collection<?> || value instanceof Map<?, ?> || value instanceof Object[];
    }

    private static Stream<?> elements(Object many) {
        Stream<?> elements = many instanceof Collection<?> list ? list.stream()
            : many instanceof Map<?, ?> map ? map.values().stream() : Arrays.stream((Object[]) many);
        return elements.flatMap(each -> isMany(each) ? elements(each) : Stream.of(each));
    }

    private static boolean isPlain(Object value) {
        return value == null || value instanceof CharSequence || value instanceof Number || value instanceof Boolean
            || value instanceof Enum<?> || value instanceof Date || value instanceof Temporal;
    }

    private void requireAtMost(int count, int most, String what) {
        if (bounded && count > most) {
            throw new BadRequestException(most == 0 ? "A query may have no %s.".formatted(what)
                : "A query may have at most %,d %s.".formatted(most, what));
        }
    }
}
