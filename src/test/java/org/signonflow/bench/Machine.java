package org.signonflow.bench;

import org.signonflow.harness.Database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the operating system and the databases report about themselves. */
final class Machine {

    private Machine() {
    }

    /** For the legend of a table. */
    static String described(Database.Postgres postgres) throws SQLException {
        try (Connection h2 = DriverManager.getConnection("jdbc:h2:mem:"); Connection server = postgres.connect()) {
            return "%d processors, %s, Java %s, %s, %s".formatted(Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"), System.getProperty("java.version"), product(h2), product(server));
        }
    }

    /** The CPU time used by the process and its children. */
    static Duration processorTime(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.children())
            .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO)).reduce(Duration.ZERO, Duration::plus);
    }

    /** The resident memory of the process, in MiB; 0 if the operating system is not Linux. */
    static long residentMebibytes(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        String kibibytes = Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(kibibytes.replaceAll("\\D", "")) / 1024;
    }

    /** Sends a JVM a {@code jcmd} command. */
    static void runJcmd(ProcessHandle jvm, String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            String.valueOf(jvm.pid())));
        whole.addAll(List.of(command));
        Process asked = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            if (asked.waitFor() != 0) {
                throw new IOException("jcmd failed: " + List.of(command));
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        }
    }

    private static String product(Connection database) throws SQLException {
        DatabaseMetaData is = database.getMetaData();
        return is.getDatabaseProductName() + " " + is.getDatabaseProductVersion().replaceAll(" .*", "");
    }
}
