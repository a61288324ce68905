package org.signonflow.engine;

import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.IdentityServiceImpl;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.signonflow.TestDatabase;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/** On either database, and on a connection that others use afterwards. */
class QueryTimeoutTest {

    interface Slow {
        @Select("select count(*) from (select case when a.x = b.x then 1 end from numbers a cross join numbers b cross join numbers c"
            + " where a.x + b.x + c.x > 3) d")
        long count();

        @Select("select count(*) from numbers a cross join numbers b where a.x + b.x > 2")
        long less();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    @Timeout(120)
    void userQueriesTimeOutAndInternalOnesDoNot(String database) {
        boolean h2 = database.equals("h2");
        var source = h2 ? new SingleConnectionDataSource("jdbc:h2:mem:timeout", "sa", "", true)
            : new SingleConnectionDataSource(TestDatabase.postgres(), "postgres", "postgres", true);
        IdentityService identities = new IdentityServiceImpl();
        Configuration configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), source));
        configuration.addInterceptor(new QueryTimeout(() -> identities, Duration.ofSeconds(1)));
        configuration.addMapper(Slow.class);
        try (SqlSession session = new SqlSessionFactoryBuilder().build(configuration).openSession()) {
            session.getConnection().createStatement().execute(h2 ? "create view numbers as select x from system_range(1, 3000)"
                : "create view numbers as select x from generate_series(1, 3000) x");
            Slow slow = session.getMapper(Slow.class);
            session.commit(true);
            identities.setAuthenticatedUserId("somebody");
            long began = System.nanoTime();
            Throwable stopped = catchThrowable(slow::count);
            assertThat(QueryTimeout.isOver(stopped)).as(String.valueOf(stopped)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(30));
            session.rollback(true);
            identities.clearAuthentication();
            session.clearCache();
            assertThat(source.getConnection().createStatement().getQueryTimeout()).as("left behind").isZero();
            assertThat(slow.less()).isEqualTo(3000L * 3000 - 1);
        } catch (java.sql.SQLException failure) {
            throw new AssertionError(failure);
        } finally {
            source.destroy();
        }
    }
}
