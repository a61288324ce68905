package org.signonflow;

import org.signonflow.security.setup.StartupRefused;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.util.PlaceholderResolutionException;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Refuses a setting with an unresolved placeholder, such as {@code ${PINGONE_CLIENT_SECRET}} where that variable was forgotten: it would be
 * used literally, as a secret. Runs before other beans are created.
 */
@Component
class PlaceholderCheck implements BeanFactoryPostProcessor, EnvironmentAware, PriorityOrdered {

    private static final Pattern OURS = Pattern.compile("(signonflow|camunda|spring|server|management|logging)[._].*",
        Pattern.CASE_INSENSITIVE);

    private ConfigurableEnvironment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = (ConfigurableEnvironment) environment;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        environment.getPropertySources().stream()
            .flatMap(source -> source instanceof EnumerablePropertySource<?> some ? Arrays.stream(some.getPropertyNames()) : Stream.empty())
            .filter(name -> OURS.matcher(name).matches()).distinct().forEach(this::require);
    }

    private void require(String name) {
        try {
            environment.getProperty(name);
        } catch (PlaceholderResolutionException unresolved) {
            throw new StartupRefused("%s refers to ${%s}, which is not set.".formatted(name, unresolved.getPlaceholder()),
                "Set the environment variable %s, or %s itself.".formatted(unresolved.getPlaceholder(), name));
        }
    }
}
