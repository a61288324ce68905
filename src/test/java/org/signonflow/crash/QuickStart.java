package org.signonflow.crash;

import org.signonflow.harness.JavaProcess;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/** Runs the jar with {@link Hold} inside, so that it starts quickly; its later performance does not matter here. */
final class QuickStart {

    /** Unpacked, it starts in half the time. */
    private static final Path UNPACKED = Path.of("target", "crash", "app");
    /** Contains {@link Hold} alone: with all test classes on the class path the engine would find those of other tests too. */
    private static final Path INSIDE = Path.of("target", "crash", "inside");

    private QuickStart() {
    }

    /** The {@code java} arguments. */
    static synchronized List<String> java() throws IOException {
        unpack();
        return List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g",
            "-cp", String.join(File.pathSeparator, INSIDE.toAbsolutePath().toString(),
                UNPACKED.resolve(JavaProcess.JAR.getFileName()).toAbsolutePath().toString(),
                UNPACKED.resolve("lib").toAbsolutePath() + "/*"),
            "org.signonflow.Signonflow");
    }

    private static void unpack() throws IOException {
        Path jar = JavaProcess.JAR;
        if (!Files.exists(jar)) {
            throw new IOException("There is no " + jar + ": run mvn verify, or mvn package first.");
        }
        Path unpacked = UNPACKED.resolve(jar.getFileName());
        if (!Files.exists(unpacked) || Files.getLastModifiedTime(unpacked).compareTo(Files.getLastModifiedTime(jar)) < 0) {
            Process extract = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djarmode=tools", "-jar", jar.toString(), "extract", "--force", "--destination", UNPACKED.toString())
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
