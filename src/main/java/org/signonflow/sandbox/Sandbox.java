package org.signonflow.sandbox;

import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import org.apache.catalina.core.StandardHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.unit.DataSize;

/**
 * A running stand-in for PingOne, with its own HTTP port, its own Spring context and its own state, which is gone when it is closed.
 *
 * <p>Inside another application it is {@link #start started} as a plain context rather than as a Spring Boot application: that way it
 * cannot read the outer {@code application.yml}, set up logging a second time, print a banner or register anything in JMX.
 */
public final class Sandbox implements AutoCloseable {

    /** The id of the only environment there is. */
    public static final String ENVIRONMENT_ID = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";

    /** The client id of the worker application that may fetch tokens. */
    public static final String CLIENT_ID = "7c9f6a52-1d34-4e0a-8b52-9f0c3a1e6d01";

    /** The client secret of the worker application. It opens nothing but a sandbox. */
    public static final String CLIENT_SECRET = "sandbox-worker-secret";

    private static final Logger log = LoggerFactory.getLogger(Sandbox.class);
    private static final int REQUEST_HEADER_LIMIT_KB = 6;

    private final ConfigurableApplicationContext context;

    private Sandbox(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts a sandbox inside this JVM and returns once it answers. The caller must close it.
     *
     * @param properties full names and values, such as {@code signonflow.sandbox.port}; they override system properties and environment
     *         variables of the same name
     */
    public static Sandbox start(Map<String, ?> properties) {
        announce();
        var context = new AnnotationConfigServletWebServerApplicationContext();
        context.setDisplayName("sandbox");
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("sandbox", Map.copyOf(properties)));
        context.register(Beans.class);
        context.refresh();
        return new Sandbox(context).ready();
    }

    /** Runs a sandbox alone in this JVM until it is ended; properties are given as {@code --signonflow.sandbox.port=9500}. */
    public static Sandbox run(String... args) {
        return new Sandbox(new SpringApplicationBuilder(Beans.class)
                .web(WebApplicationType.SERVLET)
                // A failed startup is reported in a few lines; this would report it first, at length.
                .properties("spring.config.name=signonflow-sandbox", "logging.level." + AnnotationConfigServletWebServerApplicationContext
                    .class.getName() + "=ERROR")
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .initializers(context -> announce())
                .run(args))
                .ready();
    }

    /** The port it listens on. */
    public int port() {
        return ((ServletWebServerApplicationContext) context).getWebServer().getPort();
    }

    /** Its address as seen from its own machine; it stands in for both of PingOne's hosts, {@code api} and {@code auth}. */
    public URI uri() {
        String address = context.getBean(SandboxProperties.class).address();
        boolean everywhere = address.equals("0.0.0.0") || address.equals("::");
        return URI.create("http://" + (everywhere ? "127.0.0.1" : address.contains(":") ? "[" + address + "]" : address) + ":" + port());
    }

    @Override
    public void close() {
        context.close();
    }

    private Sandbox ready() {
        log.info("The sandbox listens on {}, environment {}, control API under {}/sandbox", uri(), ENVIRONMENT_ID, uri());
        return this;
    }

    private static void announce() {
        log.info("This is the Signonflow SANDBOX, a stand-in for PingOne: nothing sent to it reaches PingOne.");
    }

    /**
     * Without a stereotype, like everything here, so that the component scan of an outer application skips it. Without auto-configuration,
     * which would start the engine that is on the class path.
     */
    static final class Beans {

        @Bean
        SandboxProperties sandboxProperties(Environment environment) {
            return Binder.get(environment).bindOrCreate("signonflow.sandbox", SandboxProperties.class);
        }

        @Bean
        TomcatServletWebServerFactory webServer(SandboxProperties properties) throws Exception {
            var tomcat = new TomcatServletWebServerFactory(properties.port());
            tomcat.setAddress(InetAddress.getByName(properties.address()));
            tomcat.setRegisterDefaultServlet(false);
            tomcat.addContextValves(new HangUp());
            tomcat.addContextCustomizers(context -> {
                StandardHost host = (StandardHost) context.getParent();
                host.setErrorReportValveClass(null);
                host.getPipeline().addValve(new JsonErrors());
            });
            tomcat.addConnectorCustomizers(connector -> {
                // "PingOne API reference, Rate limits": more than 6 KB of headers is refused.
                connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(DataSize.ofKilobytes(REQUEST_HEADER_LIMIT_KB).toBytes()));
            });
            return tomcat;
        }

        @Bean
        PingOneState state(SandboxProperties properties) {
            return new PingOneState(properties);
        }

        @Bean
        Tokens tokens(SandboxProperties properties) {
            return new Tokens(properties.tokenLifetime());
        }

        @Bean
        Quota quota(SandboxProperties properties) {
            return new Quota(properties.requestsPerMinute());
        }

        @Bean
        Ledger ledger() {
            return new Ledger();
        }

        @Bean
        Faults faults() {
            return new Faults();
        }

        @Bean
        ServletRegistrationBean<ApiServlet> api(PingOneState state, Tokens tokens, Quota quota, Ledger ledger, Faults faults) {
            return new ServletRegistrationBean<>(new ApiServlet(state, tokens, quota, ledger, faults), "/");
        }

        @Bean
        ServletRegistrationBean<ControlServlet> control(SandboxProperties properties, PingOneState state, Ledger ledger, Faults faults) {
            return new ServletRegistrationBean<>(new ControlServlet(state, ledger, faults, properties.hostNames()), "/sandbox/*");
        }
    }
}
