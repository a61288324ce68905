package org.signonflow;

import org.signonflow.engine.PasswordRules;
import org.signonflow.process.change.CheckSchedule;
import org.signonflow.security.SingleSignOn;
import org.signonflow.security.setup.StartupRefused;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Refuses settings that cannot work, alone or in combination, with a message that names them. Runs before the database is accessed. */
@Component
class SettingsCheck implements BeanFactoryPostProcessor, EnvironmentAware {

    private static final String JOBS = "camunda.bpm.job-execution.";
    private static final String ADMIN = "camunda.bpm.admin-user.";
    private static final int LARGEST_PORT = 65_535;
    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("signonflow");
    /** Without hyphens, like all names in one spelling. */
    static final Pattern WITHOUT_DEFAULT = Pattern.compile("signonflow\\.(demo|journal\\.cleanup|changes\\.catchup(after|every)"
        + "|environments\\.[^.]+\\.(region|apiurl|authurl|environmentid|workerenvironmentid|clientid|clientsecret|authentication|licence)"
        + "|login\\.(audience|breakglass|groups\\.[^.]+\\.\\d+)|licences\\.[^.]+\\.callsperminute|platformlimits\\.(applications|policies)"
        + "|sandbox\\.(enabled|port|address|hostnames(\\.\\d+)?|tokenlifetime|requestsperminute|assignpolicywithoutactions"
        + "|mostapplications|mostpolicies))");
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
        requireKnownNames();
        requireKinds();
        requireSchedule();
        requirePorts();
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

    /**
     * Otherwise a mistyped name would leave the default in effect. As in Spring Boot, the environment and system properties are not
     * checked: Kubernetes, for instance, sets {@code SIGNONFLOW_PORT} for a service named signonflow.
     */
    private void requireKnownNames() {
        Set<String> known = defaults().flatMap(source -> Stream.of(source.getPropertyNames())).map(name -> name.replace("-", ""))
            .collect(Collectors.toSet());
        UnboundElementsSourceFilter isChecked = new UnboundElementsSourceFilter();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (isChecked.apply(source) && source instanceof IterableConfigurationPropertySource settings) {
                settings.stream().filter(OURS::isAncestorOf).filter(name -> !known.contains(inOneSpelling(name))
                    && !WITHOUT_DEFAULT.matcher(inOneSpelling(name)).matches() && !isBlank(settings.getConfigurationProperty(name)))
                    .findFirst().ifPresent(name -> {
                        throw new StartupRefused("%s is not a setting of Signonflow.".formatted(name),
                            "Correct its name, or remove it. The README lists the settings.");
                    });
            }
        }
    }

    /** In lower case without hyphens: Spring Boot accepts them all. */
    private static String inOneSpelling(ConfigurationPropertyName name) {
        return IntStream.range(0, name.getNumberOfElements()).mapToObj(index -> name.getElement(index, Form.UNIFORM).replace(".", ""))
            .collect(Collectors.joining("."));
    }

    /** A heading in YAML with nothing below it. */
    private static boolean isBlank(ConfigurationProperty setting) {
        return setting == null || String.valueOf(setting.getValue()).isBlank();
    }

    /** Our application.yml, without what people configure beside it. */
    private Stream<EnumerablePropertySource<?>> defaults() {
        return environment.getPropertySources().stream()
            .filter(source -> source.getName().contains("class path resource [application.yml]"))
            .map(source -> (EnumerablePropertySource<?>) source);
    }

    /** Settings must have the type of their default: duration, whole number or boolean. */
    private void requireKinds() {
        defaults().forEach(source -> {
            for (String name : source.getPropertyNames()) {
                if (name.startsWith("signonflow.")) {
                    requireKind(name, source.getProperty(name));
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
                require(binder.bind(name, Integer.class).orElse(0) >= 0, name, "a non-negative whole number", example);
            } else if (DURATION.matcher(example).matches()) {
                require(!binder.bind(name, Duration.class).orElse(Duration.ZERO).isNegative(), name, "a non-negative duration", example);
            }
        } catch (BindException wrong) {
            require(false, name, otherwise instanceof Boolean ? "true or false" : otherwise instanceof Integer ? "a whole number"
                : "a duration", example);
        }
    }

    private static void require(boolean holds, String name, String kind, String example) {
        if (!holds) {
            throw new StartupRefused("%s must be %s.".formatted(name, kind), "Set it to a value such as its default, %s, or remove it."
                .formatted(example));
        }
    }

    private void requireSchedule() {
        try {
            binder.bind("signonflow.drift.check", CheckSchedule.class);
        } catch (BindException wrong) {
            require(false, "signonflow.drift.check", "off, daily or hourly", "off");
        }
    }

    private void requirePorts() {
        requirePort("server.port", 0, "8080");
        if (environment.getProperty("signonflow.sandbox.enabled", Boolean.class, false)) {
            // The URLs of its environment contain the port, so that it cannot be any that is free.
            requirePort("signonflow.sandbox.port", 1, "9400");
        }
    }

    private void requirePort(String name, int lowest, String example) {
        int port = binder.bind(name, Integer.class).orElse(lowest);
        require(lowest <= port && port <= LARGEST_PORT, name, "a port from %d to %d".formatted(lowest, LARGEST_PORT), example);
    }

    private void requireDatabase() {
        if (!DATABASE.matcher(environment.getProperty("spring.datasource.url", "")).matches()) {
            throw new StartupRefused("spring.datasource.url is not the URL of a PostgreSQL or an H2 database.",
                "Set it to something like jdbc:postgresql://localhost/signonflow, or remove it to use a file.");
        }
    }

    private void requireStrongPassword() {
        String password = environment.getProperty(ADMIN + "password", "");
        if (new SingleSignOn(environment).isOn() && environment.getProperty(ADMIN + "id", "").isBlank()) {
            return;
        }
        if (!environment.acceptsProfiles(Profiles.of("sandbox"))
            && environment.getProperty("camunda.bpm.generic-properties.properties.enable-password-policy", Boolean.class, true)
            && !PasswordRules.allow(environment.getProperty(ADMIN + "id"), environment.getProperty(ADMIN + "first-name"),
                environment.getProperty(ADMIN + "last-name"), environment.getProperty(ADMIN + "email"), password)) {
            throw new StartupRefused("camunda.bpm.admin-user.password is too weak.", "Choose one of at least 10 characters, with upper and "
                + "lower case, a digit and a special character, and no part of the administrator's name or email address.");
        }
    }

    /** With only one connection per job, all jobs would wait for a second one until they time out. */
    private void requireConnections() {
        int connections = binder.bind("spring.datasource.hikari.maximum-pool-size", Integer.class).get();
        int threads = binder.bind(JOBS + "max-pool-size", Integer.class).get();
        if (connections <= threads) {
            throw new StartupRefused("""
                spring.datasource.hikari.maximum-pool-size is %d and %smax-pool-size %d: each job holds a connection, and its journal needs \
                another.""".formatted(connections, JOBS, threads),
                "Allow more connections than job threads, preferably a dozen more, or configure fewer job threads.");
        }
    }

    /** A job that makes several calls can continue in another attempt, see {@code CallsWithinLock}, but one call must fit into the lock. */
    private void requireTimeForACall(PingOneConfiguration.Properties properties) {
        Duration lock = Duration.ofMillis(binder.bind(JOBS + "lock-time-in-millis", Long.class).get());
        Duration call = properties.http().callTimeout();
        if (lock.compareTo(call) <= 0) {
            throw new StartupRefused("""
                %slock-time-in-millis is %d: a job would be started a second time while its call to PingOne is in progress.\
                """.formatted(JOBS, lock.toMillis()),
                "Make it longer than signonflow.http.call-timeout, which is %d ms, preferably six times as long."
                    .formatted(call.toMillis()));
        }
    }
}
