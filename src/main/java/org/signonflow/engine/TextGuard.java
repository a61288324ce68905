package org.signonflow.engine;

import org.apache.ibatis.executor.statement.StatementHandler;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.plugin.Interceptor;
import org.apache.ibatis.plugin.Intercepts;
import org.apache.ibatis.plugin.Invocation;
import org.apache.ibatis.plugin.Signature;
import org.apache.ibatis.reflection.DefaultReflectorFactory;
import org.apache.ibatis.reflection.MetaObject;
import org.apache.ibatis.reflection.ReflectorFactory;
import org.apache.ibatis.reflection.SystemMetaObject;
import org.camunda.bpm.engine.IdentityService;
import org.signonflow.change.PlainText;
import org.signonflow.process.InvalidInput;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the texts that a logged-in user has the engine query or store, right before they reach the database: databases differ in what they
 * can store and in how they measure length, and the engine validates little. So whichever column a text is for, and through whichever API
 * it came, all databases accept or refuse it alike; the limit is the column's own length.
 *
 * <p>Instances keep what they were started with: what an earlier version accepted must not block today's decisions.
 */
@Intercepts(@Signature(type = StatementHandler.class, method = "parameterize", args = Statement.class))
final class TextGuard implements Interceptor {

    /** Longer texts may have paragraphs. */
    private static final int LONGEST_LINE = 255;
    private static final Pattern INSERT = Pattern.compile("insert into (\\w+)\\s*\\(([^)]*)\\)\\s*values\\s*\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern UPDATE = Pattern.compile("update (\\w+)\\s+set\\s(.*)", Pattern.DOTALL);
    /**
     * Copies that are not checked: the engine keeps the beginning of a comment, which may end in the middle of a character, and {@link
     * TaskGuard} checks the whole; values in the operation log are also stored elsewhere under their own names; and an instance keeps its
     * business key.
     */
    private static final Pattern COPIES = Pattern.compile(
        "\\s*(insert into ACT_HI_(COMMENT|OP_LOG)|update ACT_(RU_EXECUTION|HI_PROCINST))\\b");
    /** Tables with names that only people choose. Others also store names from the models, some of which have two lines. */
    private static final Pattern OF_PEOPLE = Pattern.compile("ACT_(ID_|RU_FILTER|RU_AUTHORIZATION)");
    /** Caches reflection: inspecting a class anew for each statement took a third of all CPU time. */
    private static final ReflectorFactory REFLECTORS = new DefaultReflectorFactory();
    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)\\s*=\\s*\\?|\\?");

    private final Supplier<IdentityService> identities;
    /** Maximum lengths of texts, by table and column. Empty until first used. */
    private volatile Map<String, Integer> lengths = Map.of();

    TextGuard(Supplier<IdentityService> identities) {
        this.identities = identities;
    }

    @Override
    public Object plugin(Object target) {
        return Guard.wrapIfAsked(this, target, identities);
    }

    @Override
    public Object intercept(Invocation invocation) throws Throwable {
        StatementHandler handler = (StatementHandler) invocation.getTarget();
        check(handler.getBoundSql(), handler.getParameterHandler().getParameterObject(), (Statement) invocation.getArgs()[0]);
        return invocation.proceed();
    }

    private void check(BoundSql sql, Object parameter, Statement statement) throws SQLException {
        if (COPIES.matcher(sql.getSql()).lookingAt()) {
            return;
        }
        List<ParameterMapping> mappings = sql.getParameterMappings();
        List<String> columns = columns(sql.getSql());
        MetaObject members = MetaObject.forObject(parameter, SystemMetaObject.DEFAULT_OBJECT_FACTORY,
            SystemMetaObject.DEFAULT_OBJECT_WRAPPER_FACTORY, REFLECTORS);
        for (int i = 0; i < mappings.size(); i++) {
            String property = mappings.get(i).getProperty();
            if (value(sql, parameter, members, property) instanceof String text) {
                String column = i < columns.size() ? columns.get(i) : null;
                int longest = column == null ? Integer.MAX_VALUE
                    : lengths(statement.getConnection()).getOrDefault(column, Integer.MAX_VALUE);
                Optional<String> problem = PlainText.unstorable(text).or(() -> PlainText.tooLong(text, longest))
                    .or(() -> longest > LONGEST_LINE ? Optional.empty()
                        : OF_PEOPLE.matcher(column).lookingAt() ? PlainText.notOneLine(text) : PlainText.hidden(text));
                if (problem.isPresent()) {
                    throw new InvalidInput(List.of("%s: %s.".formatted(property.replaceFirst(".*\\.", ""), problem.get())));
                }
            }
        }
    }

    /** Resolves a parameter the way MyBatis does. */
    private static Object value(BoundSql sql, Object parameter, MetaObject members, String property) {
        if (sql.hasAdditionalParameter(property)) {
            return sql.getAdditionalParameter(property);
        }
        return members.hasGetter(property) ? members.getValue(property) : parameter;
    }

    /** The columns in which a statement's parameters are stored, in their order, as {@code TABLE.COLUMN}; none for queries. */
    private static List<String> columns(String sql) {
        List<String> columns = new ArrayList<>();
        Matcher insert = INSERT.matcher(sql.strip());
        Matcher update = UPDATE.matcher(sql.strip());
        if (insert.matches()) {
            String[] names = insert.group(2).split(",");
            String[] values = insert.group(3).split(",");
            for (int i = 0; i < names.length && names.length == values.length; i++) {
                if (values[i].strip().equals("?")) {
                    columns.add(column(insert.group(1), names[i].strip()));
                }
            }
        } else if (update.matches()) {
            Matcher assignment = ASSIGNMENT.matcher(update.group(2));
            while (assignment.find()) {
                columns.add(assignment.group(1) == null ? null : column(update.group(1), assignment.group(1)));
            }
        }
        return columns;
    }

    private static String column(String table, String name) {
        return (table + "." + name).toUpperCase(Locale.ROOT);
    }

    private Map<String, Integer> lengths(Connection connection) throws SQLException {
        if (lengths.isEmpty()) {
            Map<String, Integer> found = new HashMap<>();
            try (ResultSet columns = connection.getMetaData().getColumns(connection.getCatalog(), connection.getSchema(), null, null)) {
                while (columns.next()) {
                    if (columns.getInt("DATA_TYPE") == Types.VARCHAR) {
                        found.put(column(columns.getString("TABLE_NAME"), columns.getString("COLUMN_NAME")), columns.getInt("COLUMN_SIZE"));
                    }
                }
            }
            lengths = Map.copyOf(found);
        }
        return lengths;
    }
}
