package org.signonflow;

import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ClassPathResource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** No setting that the code refers to is refused as unknown; how others are refused is shown by {@code FirstStartTest}. */
class SettingsCheckTest {

    private static final Pattern REFERENCE = Pattern.compile("(?:\\$\\{|Property\\(\")(signonflow\\.[a-z.-]+)");

    @Test
    void knowsWhateverTheCodeRefersTo() throws IOException {
        Set<String> defaults = Set.of(((EnumerablePropertySource<?>) new YamlPropertySourceLoader()
            .load("defaults", new ClassPathResource("application.yml")).get(0)).getPropertyNames());
        List<String> names;
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            names = sources.filter(Files::isRegularFile).flatMap(source -> REFERENCE.matcher(read(source)).results())
                .map(found -> found.group(1)).distinct().toList();
        }
        assertThat(names).hasSizeGreaterThan(10).allMatch(name -> defaults.contains(name)
            || SettingsCheck.WITHOUT_DEFAULT.matcher(name.replace("-", "")).matches());
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
