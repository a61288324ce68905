package org.signonflow;

import org.signonflow.sandbox.Sandbox;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import java.util.Map;
import java.util.stream.Collectors;

/** Runs the PingOne sandbox in this process, if enabled. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("signonflow.sandbox.enabled")
class SandboxConfiguration {

    private static final String PREFIX = "signonflow.sandbox";

    @Bean(destroyMethod = "close")
    Sandbox sandbox(Environment environment) {
        Map<String, String> settings = Binder.get(environment).bind(PREFIX, Bindable.mapOf(String.class, String.class)).get();
        return Sandbox.start(settings.entrySet().stream()
            .collect(Collectors.toMap(setting -> PREFIX + "." + setting.getKey(), Map.Entry::getValue)));
    }
}
