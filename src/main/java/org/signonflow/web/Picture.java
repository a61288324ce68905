package org.signonflow.web;

import org.signonflow.change.EngineHistory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The picture of a model, with the path that an instance has taken. */
@Component
class Picture {

    private final Map<String, String> byProcess = new ConcurrentHashMap<>();

    /** An SVG element to be put into a page, preceded by its style. */
    String of(String process, EngineHistory.Path path) {
        return "<style>" + rule(path.passed(), "passed") + rule(path.active(), "active") + rule(path.failed(), "failed") + "</style>"
            + byProcess.computeIfAbsent(process, Picture::read);
    }

    private static String rule(Set<String> elements, String kind) {
        // Ids of elements are names in XML: letters, digits, and signs that a quoted string may have.
        String selector = elements.stream().filter(id -> id.matches("[A-Za-z][\\w-]*"))
            .map(id -> ".picture [data-element-id=\"%s\"] .djs-visual > :first-child".formatted(id)).sorted().collect(Collectors.joining(","));
        return selector.isEmpty() ? "" : "%s { stroke: var(--%s) !important; fill: var(--%2$s-light) !important; }".formatted(selector, kind);
    }

    private static String read(String process) {
        try {
            String svg = new ClassPathResource("bpmn/" + process + ".svg").getContentAsString(StandardCharsets.UTF_8);
            return svg.substring(svg.indexOf("<svg"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
