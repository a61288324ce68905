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
 * Serialises the startup of nodes that share a PostgreSQL database: tables, models, groups, users and authorisations. The engine checks
 * what exists and then creates what is missing, so two nodes doing so at the same time would conflict.
 *
 * <p>Takes a connection out of the pool before anything else can, and holds an advisory lock on it until the initial data is written. The
 * lock belongs to the transaction, so it is released if the connection, the process or the machine is lost.
 */
@Component
class StartupLock implements BeanPostProcessor, ApplicationListener<ApplicationStartedEvent>, Ordered, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(StartupLock.class);

    /** The key of the lock, distinct from other locks in the database. Reads as "Signonfl". */
    private static final long LOCK = 0x5369676E6F6E666CL;
    /** Enough for dozens of nodes, or one on a slow day. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration REMINDER = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);

    private final Duration patience;
    private Connection lock;

    StartupLock() {
        this(PATIENCE);
    }

    /** @param patience how long to wait for other nodes */
    StartupLock(Duration patience) {
        this.patience = patience;
    }

    /** @throws StartupRefused if the others have not finished in time */
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
                throw new CannotGetJdbcConnectionException("The database cannot be locked for startup", failed);
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
                throw new StartupRefused("Another node has been starting on this database for %d s, and this one cannot start before it."
                    .formatted(patience.toSeconds()),
                    "Its log says what it is waiting for. Start this node again once the other is up or has stopped.");
            }
            if (reminded == 0 || waited - reminded > REMINDER.toNanos()) {
                log.info("Waiting for another node that is starting on this database: one at a time sets up tables, models and users.");
                reminded = Math.max(1, waited);
            }
        }
    }

    /** Returns at once rather than blocking, so that no timeout of the connection cuts the wait short. */
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

    /** After the listeners that write the initial data. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationStartedEvent started) {
        release();
    }

    /** Startup has failed. */
    @Override
    public void destroy() {
        release();
    }

    private void release() {
        if (lock != null) {
            try (Connection done = lock) {
                done.rollback();
            } catch (SQLException gone) {
                log.debug("The lock was released with its connection", gone);
            } finally {
                lock = null;
            }
        }
    }
}
