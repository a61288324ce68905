package org.signonflow;

import org.signonflow.engine.PasswordRules;
import org.signonflow.security.setup.Refused;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.regex.Pattern;

/** Refuses settings that cannot work, alone or together, with a sentence that names them. Looks before a database is touched. */
@Component
class SettingsCheck implements BeanFactoryPostProcessor, EnvironmentAware {

    private static final String JOBS = "camunda.bpm.job-execution.";
    private static final String ADMIN = "camunda.bpm.admin-user.";
    private static final Pattern DATABASE = Pattern.compile("jdbc:(postgresql|h2):.+");
    private static final Pattern DURATION = Pattern.compile("\\d+(ms|s|m|h|d)");

    private ConfigurableEnvironment environment;
    private Binder binder;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = (ConfigurableEnvironment) environment;
        this.binder = Binder.get(environment);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        requireKinds();
        PingOneConfiguration.Properties properties = binder.bindOrCreate("signonflow", PingOneConfiguration.Properties.class);
        properties.http().timeouts();
        properties.environments().forEach((alias, one) -> one.named(alias));
        properties.licenceOfEach();
        requireDatabase();
        requireStrongPassword();
        if (environment.getProperty(JOBS + "enabled", Boolean.class, true)) {
            requireConnections();
            requireTimeForACall(properties);
        }
    }

    /** What our defaults are, the settings have to be: durations, whole numbers and truth values. */
    private void requireKinds() {
        environment.getPropertySources().stream().filter(source -> source.getName().contains("class path resource [application.yml]"))
            .map(EnumerablePropertySource.class::cast).forEach(defaults -> {
                for (String name : defaults.getPropertyNames()) {
                    if (name.startsWith("signonflow.")) {
                        requireKind(name, defaults.getProperty(name));
                    }
                }
            });
    }

    private void requireKind(String name, Object otherwise) {
        String example = String.valueOf(otherwise);
        try {
            if (otherwise instanceof Boolean) {
                binder.bind(name, Boolean.class);
            } else if (otherwise instanceof Integer) {
                require(binder.bind(name, Integer.class).orElse(0) >= 0, name, "a whole number, and not negative", example);
            } else if (DURATION.matcher(example).matches()) {
                require(!binder.bind(name, Duration.class).orElse(Duration.ZERO).isNegative(), name, "a duration, and not negative", example);
            }
        } catch (BindException wrong) {
            require(false, name, otherwise instanceof Boolean ? "true or false" : otherwise instanceof Integer ? "a whole number"
                : "a duration", example);
        }
    }

    private static void require(boolean holds, String name, String kind, String example) {
        if (!holds) {
            throw new Refused("%s must be %s.".formatted(name, kind), "Set it to something like its default, %s, or leave it out."
                .formatted(example));
        }
    }

    private void requireDatabase() {
        if (!DATABASE.matcher(environment.getProperty("spring.datasource.url", "")).matches()) {
            throw new Refused("spring.datasource.url is not the URL of a PostgreSQL or an H2 database.",
                "Set it to something like jdbc:postgresql://localhost/signonflow, or leave it out for a file.");
        }
    }

    private void requireStrongPassword() {
        String password = environment.getProperty(ADMIN + "password", "");
        if (!environment.acceptsProfiles(Profiles.of("sandbox"))
            && environment.getProperty("camunda.bpm.generic-properties.properties.enable-password-policy", Boolean.class, true)
            && !PasswordRules.allow(environment.getProperty(ADMIN + "id"), environment.getProperty(ADMIN + "first-name"),
                environment.getProperty(ADMIN + "last-name"), environment.getProperty(ADMIN + "email"), password)) {
            throw new Refused("camunda.bpm.admin-user.password is too weak.", "Choose one of at least 10 characters, among them upper and "
                + "lower case, a digit and a special character, and nothing of the administrator's name or address.");
        }
    }

    /** With a connection for each job and none besides, all jobs wait for a second one, until each has waited in vain. */
    private void requireConnections() {
        int connections = binder.bind("spring.datasource.hikari.maximum-pool-size", Integer.class).get();
        int threads = binder.bind(JOBS + "max-pool-size", Integer.class).get();
        if (connections <= threads) {
            throw new Refused("""
                spring.datasource.hikari.maximum-pool-size is %d and %smax-pool-size %d: each job holds a connection, and its journal needs \
                another.""".formatted(connections, JOBS, threads),
                "Allow more connections than job threads, better a dozen more, or have fewer job threads.");
        }
    }

    /** What a job does in several calls goes on in another attempt, see {@code CallsWithinLock}; one call must be possible. */
    private void requireTimeForACall(PingOneConfiguration.Properties properties) {
        Duration lock = Duration.ofMillis(binder.bind(JOBS + "lock-time-in-millis", Long.class).get());
        Duration call = properties.http().callTimeout();
        if (lock.compareTo(call) <= 0) {
            throw new Refused("""
                %slock-time-in-millis is %d: a job would be begun a second time while its call to PingOne is under way.\
                """.formatted(JOBS, lock.toMillis()), "Make it longer than signonflow.http.call-timeout, which is %d ms, better six times."
                .formatted(call.toMillis()));
        }
    }
}
