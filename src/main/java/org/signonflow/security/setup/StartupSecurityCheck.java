package org.signonflow.security.setup;

import org.signonflow.security.SingleSignOn;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;

/** Outside the sandbox profile, refuses to start with settings that would be insecure or lose data. Runs before other beans are created. */
@Component
class StartupSecurityCheck implements BeanFactoryPostProcessor, EnvironmentAware, Ordered {

    static final String SANDBOX_PASSWORD = "-sandbox";

    private static final Pattern IN_MEMORY = Pattern.compile("jdbc:h2:(mem:|(split:)?(nio)?mem(FS|LZF):)", Pattern.CASE_INSENSITIVE);

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

    private static final String WORKER = "read the worker's secret and change what is sent";

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        SingleSignOn signOn = new SingleSignOn(environment);
        SignOnCheck.check(signOn);
        if (environment.acceptsProfiles(Profiles.of("sandbox"))) {
            return;
        }
        String admin = environment.getProperty("camunda.bpm.admin-user.id", "");
        String password = environment.getProperty("camunda.bpm.admin-user.password", "");
        boolean isNeeded = !signOn.isOn() || !admin.isBlank();
        if (isNeeded && (admin.isBlank() || password.isBlank())) {
            throw new StartupRefused("No administrator is configured: set camunda.bpm.admin-user.id and camunda.bpm.admin-user.password.",
                "Set the environment variables CAMUNDA_BPM_ADMINUSER_ID and CAMUNDA_BPM_ADMINUSER_PASSWORD, or provide them as files.");
        }
        if (password.endsWith(SANDBOX_PASSWORD)) {
            throw new StartupRefused("camunda.bpm.admin-user.password is one of the sandbox's passwords, which are publicly known.",
                "Choose another of at least 10 characters with upper and lower case, a digit and a special character.");
        }
        String database = environment.getProperty("spring.datasource.url", "");
        if (IN_MEMORY.matcher(database).lookingAt()
            && !environment.getProperty("signonflow.security.allow-in-memory-database", boolean.class, false)) {
            throw new StartupRefused(
                "spring.datasource.url is an in-memory database, which loses the record of changes to PingOne on every stop.",
                "Set it to a PostgreSQL or an H2 file, or set signonflow.security.allow-in-memory-database to true.");
        }
        if (signOn.isOn()) {
            requireTls(SignOnCheck.issuerSetting(signOn), URI.create(SignOnCheck.issuer(signOn)),
                "read tokens, and pretend to be anyone");
            SignOnCheck.addresses(signOn).forEach((name, address) -> requireTls(SignOnCheck.issuerSetting(signOn).replace("issuer-uri", name),
                URI.create(address), "read tokens, and pretend to be anyone"));
        }
        Binder.get(environment).bind("signonflow.environments", Bindable.mapOf(String.class, Urls.class)).orElse(Map.of())
            .forEach((alias, urls) -> {
                requireTls("signonflow.environments.%s.api-url".formatted(alias), urls.apiUrl(), WORKER);
                requireTls("signonflow.environments.%s.auth-url".formatted(alias), urls.authUrl(), WORKER);
            });
    }

    /** PingOne's URLs, if given instead of a region. */
    record Urls(URI apiUrl, URI authUrl) {
    }

    private static void requireTls(String setting, URI url, String risk) {
        if (url != null && !"https".equalsIgnoreCase(url.getScheme()) && !LOOPBACK.matcher(String.valueOf(url.getHost())).matches()) {
            throw new StartupRefused(setting
                + " is not an https URL: anyone on the network path could " + risk + ".",
                "Set it to an https URL, or remove it and set the region. Plain http is allowed only to this machine, or in the sandbox.");
        }
    }
}
