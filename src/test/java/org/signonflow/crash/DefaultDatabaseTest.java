package org.signonflow.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.signonflow.harness.Database;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What was committed to the default database survives a crash at that very moment: otherwise the journal is worthless. */
class DefaultDatabaseTest {

    private static final int ROWS = 20;

    @Test
    void keepsWhatWasCommittedJustBeforeACrash(@TempDir Path home) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process dying = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
            CommitAndHalt.class.getName(), Database.defaultUrl()).directory(home.toFile()).redirectErrorStream(true)
            .redirectOutput(new File(home.toFile(), "log")).start();
        assertThat(dying.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(dying.exitValue()).isEqualTo(CommitAndHalt.EXIT);

        String url = Database.defaultUrl().replace("./", home.toAbsolutePath() + "/");
        try (Connection connection = DriverManager.getConnection(url, "sa", ""); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery("select count(*) from written")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(ROWS);
        }
    }

    /** Commits, and halts immediately afterwards, without running a shutdown hook. */
    static final class CommitAndHalt {

        static final int EXIT = 42;

        public static void main(String[] args) throws Exception {
            Connection connection = DriverManager.getConnection(args[0], "sa", "");
            connection.createStatement().execute("create table written (number int)");
            connection.setAutoCommit(false);
            for (int row = 0; row < ROWS; row++) {
                connection.createStatement().execute("insert into written values (" + row + ")");
                connection.commit();
            }
            Runtime.getRuntime().halt(EXIT);
        }
    }
}
