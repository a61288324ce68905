package org.signonflow;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/**
 * Timeouts for a PostgreSQL that does not respond at all, not even with a reset: without them, a thread whose packets are dropped waits
 * until its node is restarted.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /**
     * In seconds, by the driver's property names; the URL and {@code spring.datasource.hikari.data-source-properties} take precedence. The
     * longest statements, for history cleanup and lists of 10,000 rows, take a few seconds, and those of users are cancelled after ten.
     */
    private static final Map<String, String> LIMITS = Map.of("connectTimeout", "5", "loginTimeout", "10", "socketTimeout", "60",
        "tcpKeepAlive", "true");

    private static final Duration LONGEST_MIGRATION = Duration.ofHours(1);

    @Bean
    static BeanPostProcessor databaseTimeouts() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool && String.valueOf(pool.getJdbcUrl()).startsWith("jdbc:postgresql:")) {
                    LIMITS.forEach(pool.getDataSourceProperties()::putIfAbsent);
                }
                return bean;
            }
        };
    }

    @Bean
    JavaMigration parentsOfEarlierAssignments() {
        return new ParentsOfEarlierAssignments();
    }

    /** Migrating large tables may take longer than anything else. */
    @Bean
    Callback migrationTimeout() {
        return new Callback() {
            @Override
            public boolean supports(Event event, Context context) {
                return event == Event.BEFORE_EACH_MIGRATE;
            }

            @Override
            public boolean canHandleInTransaction(Event event, Context context) {
                return true;
            }

            @Override
            public void handle(Event event, Context context) {
                try {
                    context.getConnection().setNetworkTimeout(Runnable::run, (int) LONGEST_MIGRATION.toMillis());
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            }

            @Override
            public String getCallbackName() {
                return "migration timeout";
            }
        };
    }
}
