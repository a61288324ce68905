package org.signonflow.security.setup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Restricts the files of an H2 database to their owner: they contain password hashes and everything that was requested. H2 creates its
 * files with the process's default permissions, so they are created before it opens the database. Does nothing where the file system has no
 * POSIX permissions, as on Windows.
 */
@Component
class DatabaseFilePermissions implements BeanPostProcessor, EnvironmentAware {

    private static final Logger log = LoggerFactory.getLogger(DatabaseFilePermissions.class);

    /** Only plain paths; other URLs lead into memory, to a server, or into an archive. */
    private static final Pattern ON_DISK = Pattern.compile("jdbc:h2:(?:file:)?((?:~|\\.|/)[^;]*).*", Pattern.CASE_INSENSITIVE);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof DataSource) {
            path(environment.getProperty("spring.datasource.url", "")).ifPresent(DatabaseFilePermissions::protect);
        }
        return bean;
    }

    private static Optional<Path> path(String url) {
        Matcher onDisk = ON_DISK.matcher(url);
        return onDisk.matches() && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? Optional.of(Path.of(onDisk.group(1).replaceFirst("^~", Matcher.quoteReplacement(System.getProperty("user.home"))))
                .toAbsolutePath().normalize()) : Optional.empty();
    }

    private static void protect(Path database) {
        try {
            Files.createDirectories(database.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            create(database.resolveSibling(database.getFileName() + ".mv.db"));
            create(database.resolveSibling(database.getFileName() + ".trace.db"));
            try (Stream<Path> files = Files.list(database.getParent())) {
                files.filter(file -> file.getFileName().toString().startsWith(database.getFileName() + "."))
                    .filter(file -> file.getFileName().toString().contains(".db")).forEach(DatabaseFilePermissions::restrict);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** H2 treats an empty file as a new database. */
    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException kept) {
            // keeps its content; only its permissions are corrected
        }
    }

    private static void restrict(Path file) {
        try {
            if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
        } catch (IOException notOurs) {
            log.warn("{} is accessible to users other than its owner, and its permissions cannot be changed: {}", file, notOurs.toString());
        }
    }
}
