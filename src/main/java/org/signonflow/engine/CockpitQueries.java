package org.signonflow.engine;

import org.camunda.bpm.cockpit.db.CommandExecutor;
import org.camunda.bpm.cockpit.impl.DefaultCockpitRuntimeDelegate;
import org.camunda.bpm.engine.impl.ProcessEngineImpl;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.webapp.impl.db.QuerySessionFactory;

import java.time.Duration;
import java.util.List;

/** Applies the same rules, timeout and error responses to Cockpit's own queries, which bypass the engine and go to its database. */
final class CockpitQueries extends DefaultCockpitRuntimeDelegate {

    private final Duration timeout;

    CockpitQueries(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    protected CommandExecutor createCommandExecutor(String engineName) {
        ProcessEngineConfigurationImpl engine = ((ProcessEngineImpl) getProcessEngine(engineName)).getProcessEngineConfiguration();
        QuerySessionFactory queries = new QuerySessionFactory();
        queries.setCustomPreCommandInterceptorsTxRequired(List.of(new CallerErrors(engine::getIdentityService),
            new QueryGuard(engine::getIdentityService)));
        queries.initFromProcessEngineConfiguration(engine, getMappingFiles());
        queries.getSqlSessionFactory().getConfiguration().addInterceptor(new QueryTimeout(engine::getIdentityService, timeout));
        return queries.getCommandExecutorTxRequired()::execute;
    }
}
