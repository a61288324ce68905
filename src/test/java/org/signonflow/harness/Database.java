package org.signonflow.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.FileSystemResource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The engine's database, which outlives the engine. */
public interface Database extends AutoCloseable {

    /** What the engine is started with, in the same home directory each time. */
    List<String> settings();

    @Override
    void close();

    /** A file in the engine's home directory, by the very URL that is the application's default. */
    static Database h2() {
        return new Database() {
            @Override
            public List<String> settings() {
                return List.of("--spring.datasource.url=" + defaultUrl());
            }

            @Override
            public void close() {
                // A file needs no end.
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

    /** A PostgreSQL server of our own, from Maven's repository, that can be stopped and started. */
    final class Postgres implements Database {

        private static final String MOST_CONNECTIONS = "400";

        private final EmbeddedPostgres.Builder builder;
        private EmbeddedPostgres server;
        private final int port;

        private Postgres(Path home) throws IOException {
            builder = EmbeddedPostgres.builder().setServerConfig("max_connections", MOST_CONNECTIONS)
                .setDataDirectory(home.resolve("postgresql")).setCleanDataDirectory(false);
            server = builder.start();
            port = server.getPort();
        }

        public void stop() throws IOException {
            server.close();
        }

        public void start() throws IOException {
            server = builder.setPort(port).start();
        }

        public Connection connect() throws SQLException {
            return server.getPostgresDatabase().getConnection();
        }

        @Override
        public List<String> settings() {
            return List.of("--spring.datasource.url=jdbc:postgresql://localhost:" + port + "/postgres",
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
