package org.signonflow.harness;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built jar as the image has it: unpacked, and with an archive of the classes that a start loads. */
public final class UnpackedJar {

    private static final String MAIN = "org.signonflow.Signonflow";
    private static final boolean HAS_AOT_CACHE = Runtime.version().feature() >= 25;

    private UnpackedJar() {
    }

    /**
     * What {@code java} is started with. Unpacks the jar and makes a trial start where that was not done since the jar was built.
     *
     * @param into         a directory of its own for these flags and jars
     * @param flags        the JVM's
     * @param beforeTheJar jars that come first on the class path
     */
    public static synchronized List<String> java(Path into, List<String> flags, Path... beforeTheJar) throws IOException {
        Path archive = into.resolve("classes.archive").toAbsolutePath();
        Path jar = into.resolve(JavaProcess.JAR.getFileName());
        List<String> classPath = List.of("-cp", Stream.concat(Arrays.stream(beforeTheJar), Stream.of(jar))
            .map(each -> each.toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator)));
        if (isStale(archive)) {
            run(List.of("-Djarmode=tools", "-jar", JavaProcess.JAR.toString(), "extract", "--force", "--destination", into.toString()));
            run(all(flags, List.of((HAS_AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive,
                "-Dspring.context.exit=onRefresh"), classPath, List.of(MAIN, "--spring.profiles.active=sandbox",
                "--spring.datasource.url=jdbc:h2:mem:trial", "--server.port=0", "--signonflow.sandbox.enabled=false")));
            Files.setLastModifiedTime(archive, FileTime.fromMillis(System.currentTimeMillis()));
        }
        return all(flags, List.of((HAS_AOT_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive), classPath, List.of(MAIN));
    }

    /** Whether a file is to be made, once more after the jar was built again. */
    public static boolean isStale(Path file) throws IOException {
        JavaProcess.requireJar();
        return !Files.exists(file) || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(JavaProcess.JAR)) < 0;
    }

    @SafeVarargs
    private static List<String> all(List<String>... parts) {
        return Arrays.stream(parts).flatMap(List::stream).toList();
    }

    private static void run(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(JavaProcess.JAVA));
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
}
