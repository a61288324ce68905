package org.signonflow.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/** The engine's database, which outlives the engine. */
public interface Database extends AutoCloseable {

    /** What the engine is started with, in the same home directory each time. */
    List<String> settings();

    /**
     * The number of rows in each table.
     *
     * @param home the engine's home directory; a file there can be read only while no engine has it open
     */
    DataSource content(Path home);

    @Override
    void close();

    /** A file in the engine's home directory, with exactly the URL that is the application's default. */
    static Database h2() {
        return new Database() {
            @Override
            public List<String> settings() {
                return List.of("--spring.datasource.url=" + defaultUrl());
            }

            @Override
            public DataSource content(Path home) {
                return new DriverManagerDataSource(defaultUrl().replace("./", home + "/"), "sa", "");
            }

            @Override
            public void close() {
                // A file needs no closing.
            }

            @Override
            public String toString() {
                return "H2 file";
            }
        };
    }

    static String defaultUrl() {
        try {
            return new YamlPropertySourceLoader().load("defaults", new FileSystemResource("src/main/resources/application.yml")).get(0)
                .getProperty("spring.datasource.url").toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Postgres postgres(Path home) throws IOException {
        return new Postgres(home);
    }

    /** A PostgreSQL server of our own, from Maven's repository, that can be stopped and restarted. */
    final class Postgres implements Database {

        private static final String MOST_CONNECTIONS = "400";

        private final Path data;
        private final EmbeddedPostgres.Builder builder;
        private EmbeddedPostgres server;
        private final int port;

        private Postgres(Path home) throws IOException {
            data = home.resolve("postgresql");
            builder = EmbeddedPostgres.builder().setServerConfig("max_connections", MOST_CONNECTIONS)
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .setDataDirectory(data).setCleanDataDirectory(false);
            server = builder.start();
            port = server.getPort();
        }

        public void stop() throws IOException {
            server.close();
        }

        public void start() throws IOException {
            server = builder.setPort(port).start();
        }

        /** Another database on the same server. */
        public Database another(String name) throws SQLException {
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                statement.execute("create database " + name);
            }
            return new Database() {
                @Override
                public List<String> settings() {
                    return Postgres.this.settings(name);
                }

                @Override
                public DataSource content(Path home) {
                    return server.getDatabase("postgres", name);
                }

                @Override
                public void close() {
                    // Stops with its server.
                }

                @Override
                public String toString() {
                    return Postgres.this.toString();
                }
            };
        }

        public Connection connect() throws SQLException {
            return server.getPostgresDatabase().getConnection();
        }

        /** For operating system statistics; its connections are its children. */
        public ProcessHandle handle() throws IOException {
            long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            return ProcessHandle.of(pid).orElseThrow();
        }

        @Override
        public List<String> settings() {
            return settings("postgres");
        }

        @Override
        public DataSource content(Path home) {
            return server.getPostgresDatabase();
        }

        private List<String> settings(String name) {
            return List.of("--spring.datasource.url=jdbc:postgresql://localhost:" + port + "/" + name,
                "--spring.datasource.username=postgres", "--spring.datasource.password=postgres");
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public String toString() {
            return "PostgreSQL";
        }
    }
}
