package org.signonflow.security.setup;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.mock.env.MockEnvironment;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** An H2 file is opened by its owner only. */
class DatabaseFilePermissionsTest {

    @TempDir
    Path home;

    @BeforeEach
    void requiresPosixPermissions() {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
    }

    /** Opens it as the application does, writes, and makes H2 write an error to its trace file. */
    private void use(String url) throws SQLException {
        DatabaseFilePermissions files = new DatabaseFilePermissions();
        files.setEnvironment(new MockEnvironment().withProperty("spring.datasource.url", url));
        DriverManagerDataSource database = (DriverManagerDataSource) files.postProcessBeforeInitialization(
            new DriverManagerDataSource(url, "sa", ""), "dataSource");
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("create table if not exists kept (id int)");
            connection.createStatement().execute("set trace_level_file 3");
            assertThatThrownBy(() -> connection.createStatement().execute("no sql")).isInstanceOf(SQLException.class);
        }
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:%s;WRITE_DELAY=0", "jdbc:h2:%s"})
    void isCreatedForItsOwnerOnly(String url) throws Exception {
        use(url.formatted(home.resolve("data/signonflow")));
        assertThat(rights(home.resolve("data"))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(home.resolve("data"))) {
            assertThat(files).extracting(DatabaseFilePermissionsTest::rights).hasSizeGreaterThanOrEqualTo(2).containsOnly("rw-------");
        }
    }

    @Test
    void anEarlierVersionsFileIsCorrected() throws Exception {
        Path data = Files.createDirectory(home.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        String url = "jdbc:h2:file:" + data.resolve("signonflow");
        use(url);
        Path other = Files.createFile(data.resolve("another.mv.db"));
        for (String name : new String[] {"signonflow.mv.db", "signonflow.trace.db", "another.mv.db"}) {
            Files.setPosixFilePermissions(data.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
        }
        use(url);
        assertThat(rights(data.resolve("signonflow.mv.db"))).isEqualTo("rw-------");
        assertThat(rights(data.resolve("signonflow.trace.db"))).isEqualTo("rw-------");
        assertThat(rights(other)).as("not ours").isEqualTo("rw-r--r--");
        assertThat(rights(data)).as("not made by us").isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:mem:x", "jdbc:h2:nioMemFS:x", "jdbc:h2:tcp://localhost/./x", "jdbc:postgresql://localhost/x", ""})
    void otherUrlsAreIgnored(String url) throws Exception {
        DatabaseFilePermissions files = new DatabaseFilePermissions();
        files.setEnvironment(new MockEnvironment().withProperty("spring.datasource.url", url));
        files.postProcessBeforeInitialization(new DriverManagerDataSource(), "dataSource");
        assertThat(Path.of("x.mv.db")).doesNotExist();
    }
}
