package org.signonflow.crash;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The built jar in a JVM of its own, as the engine or as the sandbox. */
final class JavaProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "signonflow.jar");
    /** Unpacked, it starts in half the time. */
    private static final Path UNPACKED = Path.of("target", "crash", "app");
    /** Holds {@link Hold} alone: with all test classes on the class path the engine would find those of other tests too. */
    private static final Path INSIDE = Path.of("target", "crash", "inside");
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final Pattern TOMCAT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern ENGINE = Pattern.compile("Started Signonflow in ");
    private static final Pattern SANDBOX = Pattern.compile("The sandbox listens on http://[^:]+:(\\d+)");

    private final Process process;
    private final Path log;
    private int port;

    private JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Returns when the sandbox answers. */
    static JavaProcess sandbox(Path home) throws IOException {
        JavaProcess started = start(home, "sandbox", List.of("sandbox", "--signonflow.sandbox.port=0"));
        started.port = Integer.parseInt(started.awaitLine(SANDBOX).group(1));
        return started;
    }

    /** Returns when the engine answers. */
    static JavaProcess engine(Path home, String name, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.profiles.active=sandbox",
            "--signonflow.sandbox.enabled=false", "--signonflow.demo=false"));
        all.addAll(arguments);
        JavaProcess started = start(home, name, all);
        started.awaitLine(ENGINE);
        started.port = Integer.parseInt(started.awaitLine(TOMCAT).group(1));
        return started;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Ends it with SIGKILL: no shutdown hook runs, nothing is flushed. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Process " + process.pid() + " does not die.");
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private static JavaProcess start(Path home, String name, List<String> arguments) throws IOException {
        unpack();
        Files.createDirectories(home);
        Path log = Files.createTempFile(home, name + "-", ".log");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // For a start that is quick; how fast it is later does not matter here.
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g",
            "-cp", String.join(File.pathSeparator, INSIDE.toAbsolutePath().toString(),
                UNPACKED.resolve(JAR.getFileName()).toAbsolutePath().toString(), UNPACKED.resolve("lib").toAbsolutePath() + "/*"),
            "org.signonflow.Signonflow"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
            .start();
        // A test run that is interrupted leaves no engine behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new JavaProcess(process, log);
    }

    private Matcher awaitLine(Pattern pattern) throws IOException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = pattern.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher;
            }
            try {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw new IOException("It ended by itself with " + process.exitValue() + ", see " + log);
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
                throw new IOException(end);
            }
        }
        throw new IOException("It did not start within " + LONGEST_START + ", see " + log);
    }

    private static synchronized void unpack() throws IOException {
        if (!Files.exists(JAR)) {
            throw new IOException("There is no " + JAR + ": run this by mvn verify, or mvn package first.");
        }
        Path unpacked = UNPACKED.resolve(JAR.getFileName());
        if (!Files.exists(unpacked) || Files.getLastModifiedTime(unpacked).compareTo(Files.getLastModifiedTime(JAR)) < 0) {
            Process extract = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djarmode=tools", "-jar", JAR.toString(), "extract", "--force", "--destination", UNPACKED.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try {
                if (extract.waitFor() != 0) {
                    throw new IOException("The jar cannot be unpacked.");
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
                throw new IOException(end);
            }
            Files.setLastModifiedTime(unpacked, FileTime.fromMillis(System.currentTimeMillis()));
        }
        try (Stream<Path> classes = Files.list(Path.of(Hold.class.getResource("").toURI()))) {
            Path directory = Files.createDirectories(INSIDE.resolve(Hold.class.getPackageName().replace('.', '/')));
            for (Path each : classes.filter(path -> path.getFileName().toString().matches("Hold(\\$.*)?\\.class")).toList()) {
                Files.copy(each, directory.resolve(each.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (URISyntaxException impossible) {
            throw new UncheckedIOException(new IOException(impossible));
        }
    }
}
