package org.signonflow.engine;

import jakarta.servlet.DispatcherType;
import org.camunda.bpm.engine.rest.filter.CacheControlFilter;
import org.camunda.bpm.engine.rest.filter.EmptyBodyFilter;
import org.camunda.bpm.engine.rest.impl.FetchAndLockContextListener;
import org.camunda.bpm.spring.boot.starter.property.CamundaBpmProperties;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.springframework.boot.jersey.autoconfigure.JerseyApplicationPath;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.EnumSet;
import java.util.List;

/**
 * The engine's REST API, set up the way Camunda's starter does. The starter's own configuration refers to a Spring Boot 3 class and is
 * excluded.
 */
@Configuration(proxyBeanMethods = false)
class RestInterface {

    @Bean
    CamundaJerseyResourceConfig engineRest() {
        return new CamundaJerseyResourceConfig();
    }

    @Bean
    FetchAndLockContextListener fetchAndLock() {
        return new FetchAndLockContextListener();
    }

    @Bean
    ServletContextInitializer engineRestFilters(JerseyApplicationPath path, CamundaBpmProperties settings) {
        return context -> {
            settings.getRestApi().getFetchAndLock().getInitParams().forEach(context::setInitParameter);
            List.of(EmptyBodyFilter.class, CacheControlFilter.class).forEach(filter ->
                context.addFilter(filter.getSimpleName(), filter)
                    .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, path.getUrlMapping()));
        };
    }
}
