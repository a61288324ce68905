package org.signonflow.security;

import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import java.util.concurrent.atomic.AtomicInteger;

/** A bean that notices when user-entered text is evaluated. */
public final class Trap {

    static final String EXPRESSION = "${trap.spring()}";
    /** In every syntax that the engine or its web applications evaluate. */
    static final String TYPED = "${trap.spring()} #{trap.spring()} {{trap.spring()}} =trap.spring()";

    private final AtomicInteger sprung = new AtomicInteger();

    private Trap() {
    }

    public String spring() {
        return "sprung" + sprung.incrementAndGet();
    }

    /** The number of evaluations since the last call. */
    int sprung() {
        return sprung.getAndSet(0);
    }

    /** Whether an evaluation would be noticed at all. */
    boolean works(ProcessEngine engine) {
        var configuration = (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();
        configuration.getCommandExecutorTxRequired().execute(command ->
            configuration.getExpressionManager().createExpression(EXPRESSION).getValue(null));
        return sprung() == 1;
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Config {
        @Bean
        Trap trap() {
            return new Trap();
        }
    }
}
