package org.signonflow;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import java.util.stream.Stream;

/** Says which setting names a port that is in use. Spring Boot's own analyzer names only the port. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class PortFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

    private final Environment environment;

    PortFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable root, PortInUseException failure) {
        String port = String.valueOf(failure.getPort());
        String setting = Stream.of("server.port", "management.server.port").filter(name -> port.equals(environment.getProperty(name)))
            .findFirst().orElse("signonflow.sandbox.port");
        return new FailureAnalysis("%s is %s, where another process listens.".formatted(setting, port),
            "Stop the other process, or set %s to a free port.".formatted(setting), failure);
    }
}
