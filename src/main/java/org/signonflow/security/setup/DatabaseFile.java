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
 * Keeps the file of an H2 database, and what H2 writes beside it, for its owner only: passwords' hashes, and all that people ask for, are
 * in it. H2 makes its files with whatever rights the process gives away, so they are there before it opens the database. Does nothing
 * where the file system knows no such rights, as on Windows.
 */
@Component
class DatabaseFile implements BeanPostProcessor, EnvironmentAware {

    private static final Logger log = LoggerFactory.getLogger(DatabaseFile.class);

    /** With a path that is plain; others lead into memory, to a server, or into an archive. */
    private static final Pattern ON_DISK = Pattern.compile("jdbc:h2:(?:file:)?((?:~|\\.|/)[^;]*).*", Pattern.CASE_INSENSITIVE);
    private static final Set<PosixFilePermission> FOR_ITS_OWNER = PosixFilePermissions.fromString("rw-------");

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof DataSource) {
            path(environment.getProperty("spring.datasource.url", "")).ifPresent(DatabaseFile::keep);
        }
        return bean;
    }

    private static Optional<Path> path(String url) {
        Matcher onDisk = ON_DISK.matcher(url);
        return onDisk.matches() && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? Optional.of(Path.of(onDisk.group(1).replaceFirst("^~", Matcher.quoteReplacement(System.getProperty("user.home"))))
                .toAbsolutePath().normalize()) : Optional.empty();
    }

    private static void keep(Path database) {
        try {
            Files.createDirectories(database.getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            create(database.resolveSibling(database.getFileName() + ".mv.db"));
            create(database.resolveSibling(database.getFileName() + ".trace.db"));
            try (Stream<Path> files = Files.list(database.getParent())) {
                files.filter(file -> file.getFileName().toString().startsWith(database.getFileName() + "."))
                    .filter(file -> file.getFileName().toString().contains(".db")).forEach(DatabaseFile::mend);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** H2 takes an empty file for a new database. */
    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(FOR_ITS_OWNER));
        } catch (FileAlreadyExistsException kept) {
            // as it is, but for its rights
        }
    }

    private static void mend(Path file) {
        try {
            if (!Files.getPosixFilePermissions(file).equals(FOR_ITS_OWNER)) {
                Files.setPosixFilePermissions(file, FOR_ITS_OWNER);
            }
        } catch (IOException notOurs) {
            log.warn("{} is not for its owner only, and that cannot be changed: {}", file, notOurs.toString());
        }
    }
}
