package org.signonflow.engine;

import org.camunda.bpm.cockpit.Cockpit;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.InstanceProgress;
import org.signonflow.process.JobFailures;
import org.signonflow.process.approval.Deciders;
import org.signonflow.process.request.StartForms;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Configuration that the engine only accepts through its implementation classes. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    /** UUIDs, email addresses and the like; a stricter rule is in {@code org.signonflow.security.login.Person}. */
    private static final String IDS_OF_PROVIDERS = "[a-zA-Z0-9][a-zA-Z0-9_.@|+-]*";

    @Bean
    AbstractCamundaConfiguration signonflowEngine(ObjectProvider<JobFailures> failures, ObjectProvider<Deciders> deciders,
            ObjectProvider<PasswordCheck> passwords, ObjectProvider<StartForms> forms, ObjectProvider<InstanceProgress> progress,
            @Value("${signonflow.security.administration}") boolean administration,
            @Value("${signonflow.security.query-timeout}") Duration queryTimeout,
            @Value("${server.servlet.context-path:}") String prefix, DataSource database) {
        return new AbstractCamundaConfiguration() {
            @Override
            public void preInit(SpringProcessEngineConfiguration configuration) {
                addFirst(configuration, new JobLines(), new CallerErrors(configuration::getIdentityService),
                    new DeployedForms(forms::getObject),
                    new QueryGuard(configuration::getIdentityService),
                    new TaskGuard(configuration::getIdentityService, deciders::getObject),
                    new JobGuard(configuration::getIdentityService, deciders::getObject, administration));
                configuration.setIdentityProviderSessionFactory(new Identities(passwords::getObject));
                configuration.setCustomSessionFactories(List.of(new JobLog(), new Authorizations(), new Filters()));
                configuration.getCustomPostBPMNParseListeners().add(new FormsUnderContextPath(prefix));
                configuration.setCustomHistoryLevels(List.of(new AuditedHistory()));
                configuration.getCustomHistoryEventHandlers().add(new ProgressEvents(progress::getObject));
                configuration.setResourceAuthorizationProvider(new NoTaskAuthorizations());
                if (!passwords.getObject().accepts("")) {
                    configuration.setUserResourceWhitelistPattern(IDS_OF_PROVIDERS);
                }
            }

            @Override
            public void postInit(SpringProcessEngineConfiguration configuration) {
                // The starter has set its own before.
                configuration.setFailedJobCommandFactory((jobId, failure) -> new Retry(jobId, failure, failures.stream().toList()));
                configuration.getSqlSessionFactory().getConfiguration()
                    .addInterceptor(new QueryTimeout(configuration::getIdentityService, queryTimeout));
                configuration.getSqlSessionFactory().getConfiguration().addInterceptor(new TextGuard(configuration::getIdentityService));
            }

            @Override
            public void postProcessEngineBuild(ProcessEngine engine) {
                DatabaseTimeZone.keep(database);
            }
        };
    }

    @Bean
    static DatabaseTimeZone databaseTimeZone() {
        return new DatabaseTimeZone();
    }

    /** The engine's clock, which tests can set. */
    @Bean
    Clock engineClock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return ClockUtil.getCurrentTime().toInstant();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Bean
    CurrentJob currentJob() {
        return new CurrentJob() {
            @Override
            public Job get() {
                return job();
            }

            @Override
            public Optional<Instant> lockedUntil() {
                return Optional.ofNullable(job()).map(JobEntity::getLockExpirationTime).map(Date::toInstant);
            }

            @Override
            public boolean hasFailedBefore() {
                // The message may be that of a postponement; a stack trace exists only after a failure.
                return job().getExceptionByteArrayId() != null;
            }

            private JobEntity job() {
                return Context.getCommandContext().getCurrentJob();
            }
        };
    }

    /** Runs after the web applications have set up their own, with the server, and before any request. */
    @Bean
    SmartInitializingSingleton cockpitQueries(@Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        return () -> Cockpit.setCockpitRuntimeDelegate(new CockpitQueries(queryTimeout));
    }

    private static void addFirst(ProcessEngineConfigurationImpl configuration, CommandInterceptor... first) {
        List<CommandInterceptor> interceptors = new ArrayList<>(List.of(first));
        if (configuration.getCustomPreCommandInterceptorsTxRequired() != null) {
            interceptors.addAll(configuration.getCustomPreCommandInterceptorsTxRequired());
        }
        configuration.setCustomPreCommandInterceptorsTxRequired(interceptors);
    }
}
