package org.signonflow.harness;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built jar in its own JVM, as the engine or as the sandbox. */
public final class JavaProcess implements AutoCloseable {

    /** The file that {@code mvn package} builds. */
    public static final Path JAR = Path.of("target", "signonflow.jar");

    /** The JVM that the tests run on. */
    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

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

    /** The {@code java} arguments that run the jar as its users do. */
    public static List<String> jar() {
        return jar(JAR);
    }

    /** The same with a jar that was built elsewhere. */
    public static List<String> jar(Path jar) {
        return List.of("-jar", jar.toAbsolutePath().toString());
    }

    /**
     * Returns once the sandbox responds.
     *
     * @param java {@code java}'s arguments, before the program's own
     */
    public static JavaProcess sandbox(Path home, List<String> java, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("sandbox", "--signonflow.sandbox.port=0"));
        arguments.addAll(List.of(settings));
        JavaProcess started = start(home, "sandbox", java, arguments);
        started.port = Integer.parseInt(started.awaitLine(SANDBOX).group(1));
        return started;
    }

    /**
     * Starts an engine that uses an external sandbox, and returns once it responds.
     *
     * @param java {@code java}'s arguments, before the program's own
     */
    public static JavaProcess engine(Path home, String name, List<String> java, List<String> settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.profiles.active=sandbox",
            "--signonflow.sandbox.enabled=false", "--signonflow.demo=false",
            // One person starts everything in a test or benchmark.
            "--signonflow.limits.per-requester=0", "--signonflow.limits.per-environment=0"));
        arguments.addAll(settings);
        JavaProcess started = start(home, name, java, arguments);
        started.awaitLine(ENGINE);
        started.port = Integer.parseInt(started.awaitLine(TOMCAT).group(1));
        // The sandbox's users are created only after that line.
        Rest admin = new Rest(URI.create(started.uri() + "/engine-rest"), Rest.ADMIN);
        Awaitility.await().atMost(LONGEST_START).pollDelay(Duration.ZERO).until(() -> {
            boolean all = true;
            for (String group : List.of("requesters", "approvers", "operators")) {
                all &= admin.get("/user/count?memberOfGroup=sign-on-" + group).get("count").asInt() > 0;
            }
            return all;
        });
        return started;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** For operating system statistics. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Stops it as an operator does, with SIGTERM: it has a minute to finish what it has begun. */
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Process " + process.pid() + " does not stop, see " + log);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills it with SIGKILL: no shutdown hook runs, nothing is flushed. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("Process " + process.pid() + " cannot be killed.");
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** @throws IOException if the jar was not built */
    static void requireJar() throws IOException {
        if (!Files.exists(JAR)) {
            throw new IOException("There is no " + JAR + ": run mvn verify, or mvn package first.");
        }
    }

    private static JavaProcess start(Path home, String name, List<String> java, List<String> arguments) throws IOException {
        requireJar();
        Files.createDirectories(home);
        Path log = Files.createTempFile(home, name + "-", ".log");
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(java);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
            .start();
        // An interrupted test run must not leave an engine behind.
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
                    throw new IOException("It exited by itself with " + process.exitValue() + ", see " + log);
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
                throw new IOException(end);
            }
        }
        throw new IOException("It did not start within " + LONGEST_START + ", see " + log);
    }
}
