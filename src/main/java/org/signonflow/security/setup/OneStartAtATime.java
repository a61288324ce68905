package org.signonflow.security.setup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.stereotype.Component;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Has nodes that start on one PostgreSQL at the same time set it up one after the other: tables, models, groups, users and what they are
 * granted. The engine looks what is there and then makes what is not, so two that look at the same time are in each other's way.
 *
 * <p>Takes a connection of its own out of the pool before anybody else can have one, and keeps a lock by it until the first start's data
 * are written. The lock is the transaction's: wherever the connection, the process or the machine goes, it goes too.
 */
@Component
class OneStartAtATime implements BeanPostProcessor, ApplicationListener<ApplicationStartedEvent>, Ordered, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(OneStartAtATime.class);

    /** Of the database, and of nothing else in it that locks. Reads as "Signonfl". */
    private static final long LOCK = 0x5369676E6F6E666CL;
    /** Some dozen nodes, or one on a slow day. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration REMINDER = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);

    private final Duration patience;
    private Connection lock;

    OneStartAtATime() {
        this(PATIENCE);
    }

    /** @param patience how long others are waited for */
    OneStartAtATime(Duration patience) {
        this.patience = patience;
    }

    /** @throws Refused when others are not done in time */
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof DataSource database && lock == null) {
            Connection connection = DataSourceUtils.getConnection(database);
            try {
                if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                    connection.setAutoCommit(false);
                    await(connection);
                    lock = connection;
                }
            } catch (SQLException failed) {
                throw new CannotGetJdbcConnectionException("The database cannot be locked for the start", failed);
            } finally {
                if (lock == null) {
                    DataSourceUtils.releaseConnection(connection, database);
                }
            }
        }
        return bean;
    }

    private void await(Connection connection) throws SQLException {
        long begin = System.nanoTime();
        for (long reminded = 0; !isLocked(connection); sleep()) {
            long waited = System.nanoTime() - begin;
            if (waited > patience.toNanos()) {
                throw new Refused("Another node has been starting on this database for %d s, and this one cannot before it."
                    .formatted(patience.toSeconds()),
                    "Its log says what it waits for. Once it is up, or has ended, start this one again.");
            }
            if (reminded == 0 || waited - reminded > REMINDER.toNanos()) {
                log.info("Waits for another node that is starting on this database: one at a time sets up its tables, models and users.");
                reminded = Math.max(1, waited);
            }
        }
    }

    /** A question that is answered at once, so that no time-out of the connection's cuts the wait short. */
    private static boolean isLocked(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_try_advisory_xact_lock(?)")) {
            statement.setLong(1, LOCK);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(end);
        }
    }

    /** After those that write what the first start leaves. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationStartedEvent started) {
        release();
    }

    /** The start has failed. */
    @Override
    public void destroy() {
        release();
    }

    private void release() {
        if (lock != null) {
            try (Connection done = lock) {
                done.rollback();
            } catch (SQLException gone) {
                log.debug("The lock went with its connection", gone);
            } finally {
                lock = null;
            }
        }
    }
}
