package org.signonflow;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Activates the profile {@code sandbox} if no PingOne environment is configured and no profile is selected. This is only known once all
 * configuration has been read, so it is not a default profile, which would also be active with a real environment.
 */
public class SandboxByDefault implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        boolean configured = Binder.get(environment).bind("signonflow.environments", Bindable.mapOf(String.class, Object.class))
            .map(environments -> !environments.isEmpty()).orElse(false);
        if (configured || environment.getActiveProfiles().length > 0 || !application.getAllSources().contains(Signonflow.class)) {
            return;
        }
        environment.addActiveProfile("sandbox");
        try {
            // As Spring Boot orders them: the profile's settings override the general ones and are overridden by everything external.
            MutablePropertySources sources = environment.getPropertySources();
            String general = sources.stream().map(PropertySource::getName).filter(name -> name.contains("[application.yml]"))
                .reduce((first, second) -> second).orElseThrow();
            new YamlPropertySourceLoader().load("sandbox by default", new ClassPathResource("application-sandbox.yml"))
                .forEach(source -> sources.addBefore(general, source));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
