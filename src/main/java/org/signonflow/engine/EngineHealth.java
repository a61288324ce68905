package org.signonflow.engine;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The engine's health indicators, with the same content as those of Camunda's starter, which are made for Spring Boot 3 and silently
 * missing under 4.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "management.health.camunda.enabled", matchIfMissing = true)
class EngineHealth {

    record Jobs(String name, String lockOwner, int lockTimeInMillis, int maxJobsPerAcquisition, int waitTimeInMillis,
                Set<String> processEngineNames) {

        static Jobs of(JobExecutor jobs) {
            return new Jobs(jobs.getName(), jobs.getLockOwner(), jobs.getLockTimeInMillis(), jobs.getMaxJobsPerAcquisition(),
                jobs.getWaitTimeInMillis(), jobs.getProcessEngines().stream().map(ProcessEngine::getName).collect(Collectors.toSet()));
        }
    }

    @Bean
    HealthIndicator processEngineHealthIndicator(ProcessEngine engine) {
        return () -> Health.up().withDetail("name", engine.getName()).build();
    }

    @Bean
    @ConditionalOnProperty(name = "camunda.bpm.job-execution.enabled", matchIfMissing = true)
    HealthIndicator jobExecutorHealthIndicator(JobExecutor jobs) {
        return () -> (jobs.isActive() ? Health.up() : Health.down()).withDetail("jobExecutor", Jobs.of(jobs)).build();
    }
}
