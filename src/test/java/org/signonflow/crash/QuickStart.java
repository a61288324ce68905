package org.signonflow.crash;

import org.signonflow.harness.UnpackedJar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Runs the jar with {@link Hold} inside, so that it starts quickly; its later performance does not matter here. */
final class QuickStart {

    private static final Path HOME = Path.of("target", "crash", "app");
    /** Contains {@link Hold} alone: with all test classes on the class path the engine would find those of other tests too. */
    private static final Path INSIDE = HOME.resolve("inside.jar");

    private QuickStart() {
    }

    /** What {@code java} is started with. */
    static synchronized List<String> java() throws IOException {
        Files.createDirectories(HOME);
        // Test classes in another JVM use it too.
        try (FileChannel file = FileChannel.open(HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock made = file.lock()) {
            if (UnpackedJar.isStale(INSIDE)) {
                writeInside();
            }
            return UnpackedJar.java(HOME, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"), INSIDE);
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
