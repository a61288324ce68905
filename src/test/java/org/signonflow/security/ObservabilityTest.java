package org.signonflow.security;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What is in {@code docker/observability} fits what {@code /actuator/prometheus} says. */
class ObservabilityTest extends RunningApp {

    private static final Path FOLDER = Path.of("docker", "observability");
    private static final Pattern SAMPLE = Pattern.compile("(signonflow_\\w+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern SELECTED = Pattern.compile("\\b(signonflow_\\w+|up)\\b(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on|without|group_left) \\(([^)]*)\\)");
    /** Which Prometheus adds. */
    private static final Set<String> ADDED = Set.of("job", "instance");

    private static List<String> queries() throws IOException {
        Map<String, List<Map<String, List<Map<String, String>>>>> rules = new Yaml().load(Files.readString(FOLDER.resolve("alerts.yaml")));
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("dashboard.json")));
        return Stream.concat(rules.get("groups").stream().flatMap(group -> group.get("rules").stream()).map(rule -> rule.get("expr")),
            dashboard.findValuesAsString("expr").stream()).toList();
    }

    /** The values of each label of each metric. */
    private Map<String, Map<String, Set<String>>> scrape() {
        Map<String, Map<String, Set<String>>> metrics = new TreeMap<>(Map.of("up", new TreeMap<>()));
        rest("operator").send("GET", "/actuator/prometheus", null).body().lines().map(SAMPLE::matcher).filter(Matcher::matches)
            .forEach(sample -> {
                Map<String, Set<String>> labels = metrics.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
                if (sample.group(2) != null) {
                    LABEL.matcher(sample.group(2)).results()
                        .forEach(label -> labels.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(2)));
                }
            });
        metrics.get("up").put("job", Set.of("signonflow"));
        return metrics;
    }

    @Test
    void everyQueryFindsItsMetricsAndLabels() throws Exception {
        Map<String, Map<String, Set<String>>> metrics = scrape();
        assertThat(queries()).hasSizeGreaterThan(25).allSatisfy(query -> {
            List<MatchResult> selected = SELECTED.matcher(query).results().toList();
            assertThat(selected).isNotEmpty();
            for (MatchResult one : selected) {
                assertThat(metrics).containsKey(one.group(1));
                MATCHER.matcher(one.group(2) == null ? "" : one.group(2)).results().forEach(matcher -> {
                    Set<String> known = metrics.get(one.group(1)).get(matcher.group(1));
                    assertThat(known).as("%s of %s", matcher.group(1), one.group(1)).isNotNull();
                    Arrays.stream(matcher.group(3).split("\\|")).forEach(value -> assertThat(known).contains(value));
                });
            }
            GROUPED.matcher(query).results().flatMap(group -> Arrays.stream(group.group(1).split(", ?"))).filter(label -> !label.isEmpty())
                .forEach(label -> assertThat(selected).as(label).anyMatch(one -> ADDED.contains(label)
                    || metrics.get(one.group(1)).containsKey(label)));
        });
    }

    /** By Prometheus's own tool; the dashboard's queries as if they were rules. */
    @Test
    void prometheusTakesTheRulesAndTheDashboardsQueries(@TempDir Path directory) throws Exception {
        promtool("test", "rules", FOLDER.resolve("alerts-test.yaml").toString());
        Path rules = directory.resolve("queries.yaml");
        Files.writeString(rules, queries().stream().map(query -> query.replace("$__rate_interval", "5m"))
            .map(query -> "  - record: query\n    labels: {of: \"%d\"}\n    expr: '%s'\n".formatted(System.identityHashCode(query),
                query.replace("'", "''"))).collect(Collectors.joining("", "groups:\n- name: dashboard\n  rules:\n", "")));
        promtool("check", "rules", rules.toString());
        Path configuration = directory.resolve("prometheus.yaml");
        Files.writeString(configuration, Files.readString(FOLDER.resolve("prometheus.yaml"))
            .replace("/run/secrets/metrics-password", Files.createFile(directory.resolve("password")).toString()));
        Files.copy(FOLDER.resolve("alerts.yaml"), directory.resolve("alerts.yaml"));
        promtool("check", "config", configuration.toString());
    }

    private static void promtool(String... arguments) throws Exception {
        Process tool;
        try {
            tool = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList()).redirectErrorStream(true)
                .start();
        } catch (IOException none) {
            Assumptions.abort("There is no promtool here; in Debian it is part of prometheus.");
            return;
        }
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(tool.exitValue()).as(said).isZero();
    }
}
