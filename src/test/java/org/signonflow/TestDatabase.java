package org.signonflow;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.test.context.DynamicPropertyRegistry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A new database for a running Signonflow: H2 in memory, or with {@code -Ddatabase=postgresql} a real PostgreSQL from Maven's repository. */
public final class TestDatabase {

    private static EmbeddedPostgres server;

    private TestDatabase() {
    }

    public static void register(DynamicPropertyRegistry properties) {
        if ("postgresql".equals(System.getProperty("database"))) {
            String url = postgres();
            properties.add("spring.datasource.url", () -> url);
            properties.add("spring.datasource.username", () -> "postgres");
            properties.add("spring.datasource.password", () -> "postgres");
        } else {
            String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
            properties.add("spring.datasource.url", () -> url);
        }
    }

    /** The URL of a new database in PostgreSQL, for user and password {@code postgres}. */
    public static synchronized String postgres() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        try {
            if (server == null) {
                // Stops when the JVM exits.
                server = EmbeddedPostgres.start();
            }
            try (Connection connection = server.getPostgresDatabase().getConnection()) {
                connection.createStatement().execute("create database " + name);
            }
            return server.getJdbcUrl("postgres", name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
