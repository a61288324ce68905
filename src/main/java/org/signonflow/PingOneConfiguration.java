package org.signonflow;

import io.micrometer.core.instrument.MeterRegistry;
import org.signonflow.change.FlowFields;
import org.signonflow.journal.Journal;
import org.signonflow.metrics.CallMetrics;
import org.signonflow.metrics.QuotaMetrics;
import org.signonflow.pingone.PingOneEnvironment;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneHttp;
import org.signonflow.pingone.Region;
import org.signonflow.pingone.Timeouts;
import org.signonflow.pingone.TokenAuthentication;
import org.signonflow.quota.Lane;
import org.signonflow.quota.Licence;
import org.signonflow.quota.Quota;
import org.signonflow.rollout.CallBudget;
import org.signonflow.security.setup.StartupRefused;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.PlatformTransactionManager;

import java.net.URI;
import java.sql.DatabaseMetaData;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The managed PingOne environments and how they are called. */
@Configuration(proxyBeanMethods = false)
class PingOneConfiguration {

    /**
     * @param environments the environments by alias
     * @param http         how long a call may take
     * @param settleAfter  how long after a call whose reply was lost a "not found" can be trusted
     * @param longestCall  how long an unanswered call may still be in progress: four times the call timeout, for the token and the call,
     *                     and both again after a 401
     * @param consistencyPatience for how long after its creation PingOne may report an object as not found
     * @param quota        the call rate of each licence
     * @param licences     licences with a different call rate, by name
     */
    @ConfigurationProperties("signonflow")
    record Properties(@DefaultValue Map<String, Environment> environments, @DefaultValue Http http,
                      @DefaultValue("30s") Duration settleAfter, @DefaultValue("2m") Duration longestCall,
                      @DefaultValue("2m") Duration consistencyPatience, @DefaultValue CallRate quota,
                      @DefaultValue Map<String, CallRate> licences) {

        /** The licence of each environment, by alias. */
        Map<String, Licence> licenceOfEach() {
            licences.keySet().stream().filter(name -> environments.values().stream().map(Environment::licence).noneMatch(name::equals))
                .findAny().ifPresent(unused -> {
                    throw new StartupRefused("The licence '%s' is not used by any PingOne environment.".formatted(unused),
                        "Name it in signonflow.environments.<alias>.licence, or remove signonflow.licences.%s.".formatted(unused));
                });
            return environments.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> licence(entry.getValue().licence())));
        }

        private Licence licence(String name) {
            try {
                return new Licence(name, licences.getOrDefault(name, quota).callsPerMinute());
            } catch (IllegalArgumentException wrong) {
                throw new StartupRefused(wrong.getMessage(), "Set signonflow.%s.calls-per-minute."
                    .formatted(licences.containsKey(name) ? "licences." + name : "quota"));
            }
        }
    }

    record CallRate(@DefaultValue("600") int callsPerMinute) {
    }

    /**
     * One environment, with the worker application that manages it. The region determines the hosts; the URLs are for the sandbox and
     * tests.
     *
     * @param licence the licence that its calls count against. Environments that name none share one: being too slow does less harm than
     *     being too fast.
     */
    record Environment(Region region, URI apiUrl, URI authUrl, String environmentId, String workerEnvironmentId, String clientId,
                       String clientSecret, TokenAuthentication authentication, @DefaultValue("default") String licence) {

        PingOneEnvironment named(String alias) {
            String prefix = "signonflow.environments.%s.".formatted(alias);
            if (region == null && (apiUrl == null || authUrl == null)) {
                throw new StartupRefused("The PingOne environment '%s': region is missing.".formatted(alias),
                    "Set %sregion to one of NA, CA, EU, AU, SG, AP.".formatted(prefix));
            }
            try {
                return new PingOneEnvironment(alias, apiUrl != null ? apiUrl : region.apiUrl(),
                    authUrl != null ? authUrl : region.authUrl(), environmentId, workerEnvironmentId, clientId, clientSecret, authentication);
            } catch (IllegalArgumentException wrong) {
                String field = wrong.getMessage().replaceFirst(".*': ", "").split(" ")[0];
                throw new StartupRefused(wrong.getMessage(), "Set %s%s, in config/application.yml, as an environment variable or as a file."
                    .formatted(prefix, field));
            }
        }
    }

    record Http(@DefaultValue("5s") Duration connectTimeout, @DefaultValue("20s") Duration readTimeout,
                @DefaultValue("30s") Duration callTimeout) {

        Timeouts timeouts() {
            try {
                return new Timeouts(connectTimeout, readTimeout, callTimeout);
            } catch (IllegalArgumentException wrong) {
                throw new StartupRefused(wrong.getMessage(),
                    "Set signonflow.http.connect-timeout, read-timeout and call-timeout, such as 5s.");
            }
        }
    }

    @Bean
    PingOneEnvironments pingOneEnvironments(Properties properties, BuildProperties build, CallMetrics observer) {
        return new PingOneEnvironments(new PingOneHttp(properties.http().timeouts(), build.getVersion(), observer),
            properties.environments().entrySet().stream().map(entry -> entry.getValue().named(entry.getKey())).toList());
    }

    @Bean
    FlowFields flowFields(PingOneEnvironments environments, @Value("${signonflow.approval.optional}") boolean approvalIsOptional) {
        return new FlowFields(environments.aliases(), approvalIsOptional);
    }

    @Bean
    Quota quota(Properties properties, DataSource database, Clock clock, QuotaMetrics metrics) throws MetaDataAccessException {
        Map<String, Licence> licences = properties.licenceOfEach();
        return "PostgreSQL".equals(JdbcUtils.extractDatabaseMetaData(database, DatabaseMetaData::getDatabaseProductName))
            ? Quota.ofAllNodes(licences, clock, database, metrics) : Quota.ofOneNode(licences, clock, metrics);
    }

    @Bean
    QuotaMetrics quotaMetrics(Properties properties, MeterRegistry registry) {
        return new QuotaMetrics(registry, properties.licenceOfEach().values());
    }

    @Bean
    CallMetrics callMetrics(Properties properties, MeterRegistry registry) {
        return new CallMetrics(registry, properties.environments().keySet());
    }

    /** The call budget of roll-outs. */
    @Bean
    CallBudget callBudget(Properties properties, Quota quota) {
        Map<String, Licence> licences = properties.licenceOfEach();
        return new CallBudget() {
            @Override
            public double perMinute(String environment) {
                return Quota.perMinute(licences.get(environment), Lane.ROLL_OUT);
            }

            @Override
            public String of(String environment) {
                return licences.get(environment).name();
            }

            @Override
            public void spent(String environment, int calls) {
                quota.owe(environment, Lane.PEOPLE, calls);
            }
        };
    }

    @Bean
    Journal journal(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock, Properties properties) {
        return new Journal(jdbc, transactions, clock, properties.settleAfter(), properties.longestCall(),
            properties.consistencyPatience());
    }
}
