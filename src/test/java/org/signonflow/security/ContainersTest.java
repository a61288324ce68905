package org.signonflow.security;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything in {@code docker/} and {@code .ci/} comes from a pinned source, and runs with minimal privileges. */
class ContainersTest {

    private static final String PINNED = "\\S+:v?\\d+\\.\\S+@sha256:[0-9a-f]{64}";

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose-two-nodes.yaml", "observability/compose.yaml"})
    void compose(String file) throws Exception {
        String text = Files.readString(Path.of("docker", file));
        Map<String, Map<String, Map<String, Object>>> compose = new Yaml().load(text);
        compose.get("services").forEach((name, service) -> {
            assertThat(service).as(name).containsEntry("read_only", true).containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"));
            assertThat(service.containsKey("build") || service.get("image").toString().matches(PINNED)).as("%s: pinned", name).isTrue();
            assertThat(service.containsKey("build") || service.containsKey("user")).as("%s: not root", name).isTrue();
        });
        // Including those in comments.
        assertThat(text.lines().filter(line -> line.matches(".*(PASSWORD|SECRET): .*"))).isNotEmpty()
            .allMatch(line -> line.matches(".*: \\$\\{\\w+:\\?.*}"));
    }

    @Test
    void image() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("docker", "Dockerfile"));
        assertThat(lines.stream().filter(line -> line.startsWith("FROM "))).hasSize(2)
            .allMatch(line -> line.matches("FROM " + PINNED + ".*"));
        assertThat(lines.stream().filter(line -> line.startsWith("USER ")).toList()).last().isEqualTo("USER 10001");
    }

    @Test
    void models() throws Exception {
        String lock = Files.readString(Path.of(".ci", "models", "package-lock.json"));
        assertThat(lock).contains("\"integrity\": \"sha512-").as("no registry's name").doesNotContain("\"resolved\"");
        assertThat(Files.readString(Path.of(".ci", "run"))).contains("npm ci ").doesNotContain("npm install");
    }
}
