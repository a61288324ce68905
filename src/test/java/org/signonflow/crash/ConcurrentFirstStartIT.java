package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.signonflow.harness.Database.Postgres;
import org.signonflow.harness.Database;
import org.signonflow.harness.JavaProcess;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes that start at the same moment on an empty database both come up, and leave the same database as a single node. */
class ConcurrentFirstStartIT {

    private static final int TIMES = "full".equals(System.getProperty("crash.matrix")) ? 3 : 1;

    /** Half a second for each of the engine's fifty tables: long enough for the other node to find only some of them. */
    private static final String SLOW_TABLES = """
        create function dawdle() returns event_trigger language plpgsql as 'begin perform pg_sleep(0.5); end';
        create event trigger dawdle on ddl_command_end when tag in ('CREATE TABLE') execute function dawdle()""";
    private static final String TABLES = "select table_name from information_schema.tables where table_schema = 'public'";

    @Test
    void leaveTheSameDatabaseAsASingleNode() throws IOException, SQLException {
        Path home = Files.createTempDirectory(Files.createDirectories(Path.of("target", "crash").toAbsolutePath()), "first-start-");
        try (Postgres server = Database.postgres(home)) {
            Map<String, Integer> alone = rowsOnceStarted(home, server.another("alone"), "alone");
            assertThat(alone).containsEntry("act_re_procdef", org.signonflow.change.Flow.processes().size())
                .containsEntry("act_re_deployment", 1).containsEntry("act_id_user", 4);
            for (int time = 1; time <= TIMES; time++) {
                Database together = server.another("together_" + time);
                JdbcClient.create(together.content(home)).sql(SLOW_TABLES).update();
                assertThat(rowsOnceStarted(home, together, "first", "second")).as("time " + time).isEqualTo(alone);
            }
        }
    }

    /** The number of rows in each table once nodes of these names have started at the same time. */
    private static Map<String, Integer> rowsOnceStarted(Path home, Database database, String... names) throws IOException {
        List<JavaProcess> nodes = new ArrayList<>();
        List<String> java = QuickStart.java();
        try {
            List<CompletableFuture<JavaProcess>> starting = Stream.of(names).map(name -> CompletableFuture.supplyAsync(() -> {
                try {
                    return JavaProcess.engine(home, name, java, database.settings());
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            })).toList();
            starting.forEach(node -> nodes.add(node.join()));
            for (JavaProcess node : nodes) {
                assertThat(new Engine(node).approvals()).isEmpty();
            }
            JdbcClient jdbc = JdbcClient.create(database.content(home));
            Map<String, Integer> rows = new TreeMap<>();
            jdbc.sql(TABLES).query(String.class).list()
                .forEach(table -> rows.put(table, jdbc.sql("select count(*) from " + table).query(Integer.class).single()));
            return rows;
        } finally {
            nodes.forEach(JavaProcess::close);
        }
    }
}
