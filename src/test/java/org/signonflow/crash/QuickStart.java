package org.signonflow.crash;

import org.signonflow.harness.JavaProcess;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Runs the jar with {@link Hold} inside, so that it starts quickly; its later performance does not matter here. */
final class QuickStart {

    /** Unpacked, it starts in half the time. */
    private static final Path UNPACKED = Path.of("target", "crash", "app");
    private static final Path APP = UNPACKED.resolve(JavaProcess.JAR.getFileName());
    /** Contains {@link Hold} alone: with all test classes on the class path the engine would find those of other tests too. */
    private static final Path INSIDE = Path.of("target", "crash", "inside.jar");
    /** The classes that a start loads, as the JVM has them in memory. */
    private static final Path CLASSES = Path.of("target", "crash", "classes.jsa");
    private static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g");

    private QuickStart() {
    }

    /** What {@code java} is started with. */
    static synchronized List<String> java() throws IOException {
        if (!Files.exists(JavaProcess.JAR)) {
            throw new IOException("There is no " + JavaProcess.JAR + ": run this by mvn verify, or mvn package first.");
        }
        if (!Files.exists(CLASSES) || Files.getLastModifiedTime(CLASSES).compareTo(Files.getLastModifiedTime(JavaProcess.JAR)) < 0) {
            run(List.of("-Djarmode=tools", "-jar", JavaProcess.JAR.toString(), "extract", "--force", "--destination", UNPACKED.toString()));
            writeInside();
            // A trial start, which ends where the app would begin to work.
            run(with("-XX:ArchiveClassesAtExit=" + CLASSES.toAbsolutePath(), "--spring.profiles.active=sandbox",
                "--spring.datasource.url=jdbc:h2:mem:trial", "--server.port=0", "--signonflow.sandbox.port=0"));
            Files.setLastModifiedTime(CLASSES, FileTime.fromMillis(System.currentTimeMillis()));
        }
        return with("-XX:SharedArchiveFile=" + CLASSES.toAbsolutePath());
    }

    private static List<String> with(String flag, String... arguments) {
        List<String> all = new ArrayList<>(FLAGS);
        all.add(flag);
        if (arguments.length > 0) {
            all.add("-Dspring.context.exit=onRefresh");
        }
        all.addAll(List.of("-cp", String.join(File.pathSeparator, INSIDE.toAbsolutePath().toString(), APP.toAbsolutePath().toString()),
            "org.signonflow.Signonflow"));
        all.addAll(List.of(arguments));
        return all;
    }

    private static void run(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("It ended with " + process.exitValue() + ": " + command);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        }
    }

    private static void writeInside() throws IOException {
        try (Stream<Path> classes = Files.list(Path.of(Hold.class.getResource("").toURI()));
                JarOutputStream jar = new JarOutputStream(Files.newOutputStream(INSIDE))) {
            String directory = "";
            // Without its entry, Spring does not look into a directory.
            for (String name : Hold.class.getPackageName().split("\\.")) {
                directory += name + "/";
                jar.putNextEntry(new JarEntry(directory));
            }
            for (Path each : classes.filter(path -> path.getFileName().toString().matches("Hold(\\$.*)?\\.class")).toList()) {
                jar.putNextEntry(new JarEntry(directory + each.getFileName()));
                Files.copy(each, jar);
            }
        } catch (URISyntaxException impossible) {
            throw new UncheckedIOException(new IOException(impossible));
        }
    }
}
