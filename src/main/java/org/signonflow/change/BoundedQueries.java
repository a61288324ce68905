package org.signonflow.change;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** Limits how long the database works on a query that somebody waits for. */
public final class BoundedQueries extends JdbcTemplate {

    private BoundedQueries(DataSource database, Duration timeout) {
        super(database);
        setQueryTimeout((int) timeout.toSeconds());
    }

    /** @param timeout in whole seconds, as in JDBC */
    public static JdbcClient of(DataSource database, Duration timeout) {
        return JdbcClient.create(new BoundedQueries(database, timeout));
    }

    @Override
    protected void handleWarnings(Statement done) throws SQLException {
        forget(done);
        super.handleWarnings(done);
    }

    @Override
    protected void handleWarnings(Statement failed, SQLException failure) {
        forget(failed);
        super.handleWarnings(failed, failure);
    }

    /** H2 keeps the timeout on the connection, which goes back to the pool: it would cancel what may take its time. */
    private static void forget(Statement statement) {
        try {
            statement.setQueryTimeout(0);
        } catch (SQLException closed) {
            // The timeout is gone with it.
        }
    }
}
