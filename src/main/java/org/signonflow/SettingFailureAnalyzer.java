package org.signonflow;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Says what one of our own settings must be. Spring Boot's analyzer, in many lines, also shows its value and an exception. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, BindException failure) {
        String name = failure.getName().toString();
        if (!name.startsWith("signonflow.")) {
            return null;
        }
        // A sentence of our own, from a constructor.
        String said = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return new FailureAnalysis(said.startsWith(name + ".") ? said + "."
            : "%s must be %s.".formatted(name, kind(failure.getTarget().getType().toClass())), "Correct or remove it.", failure);
    }

    private static String kind(Class<?> type) {
        return type.isEnum() ? "one of " + Arrays.stream(type.getEnumConstants()).map(String::valueOf).collect(Collectors.joining(", "))
            : type == Duration.class ? "a duration, such as 30s"
            : type == boolean.class || type == Boolean.class ? "true or false"
            : type == int.class || type == Integer.class ? "a whole number"
            : type == URI.class ? "a URL" : "a group of settings";
    }
}
