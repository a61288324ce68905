package org.signonflow.engine;

import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.JobFailures;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What the engine can only be told through its implementation classes. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    @Bean
    AbstractCamundaConfiguration signonflowEngine(ObjectProvider<JobFailures> failures, ObjectProvider<PasswordCheck> passwords) {
        return new AbstractCamundaConfiguration() {
            @Override
            public void preInit(SpringProcessEngineConfiguration configuration) {
                addFirst(configuration, new CallersMistakes(configuration::getIdentityService));
                configuration.setCustomSessionFactories(List.of(new JobLog(), new Authorizations()));
                configuration.setIdentityProviderSessionFactory(new Identities(passwords::getObject));
                configuration.setCustomHistoryLevels(List.of(new AuditedHistory()));
                configuration.setResourceAuthorizationProvider(new NothingForEachTask());
            }

            @Override
            public void postInit(SpringProcessEngineConfiguration configuration) {
                // The starter sets its own before.
                configuration.setFailedJobCommandFactory((jobId, failure) -> new Retry(jobId, failure, failures.getObject()));
            }
        };
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
        return () -> Context.getCommandContext().getCurrentJob();
    }

    private static void addFirst(ProcessEngineConfigurationImpl configuration, CommandInterceptor interceptor) {
        List<CommandInterceptor> interceptors = new ArrayList<>(List.of(interceptor));
        if (configuration.getCustomPreCommandInterceptorsTxRequired() != null) {
            interceptors.addAll(configuration.getCustomPreCommandInterceptorsTxRequired());
        }
        configuration.setCustomPreCommandInterceptorsTxRequired(interceptors);
    }
}
