package org.signonflow.crash;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.ProcessEnginePlugin;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The only test class that runs inside the engine's JVM: holds an instance inside the engine until the engine is killed.
 *
 * <p>The place is given by a file in the directory {@code crash.holds} that has the instance's business key as its name, and
 * {@code end Task_GrantScopes} or the like as its content: {@code start} and {@code end} of the activity, {@code written} and
 * {@code committed} just before and after the commit of the transaction in which it ended. An instance that is held leaves a file
 * {@code .held} beside it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("crash.holds")
class Hold {

    static final String JOBS_WAIT = "jobs-wait";
    private static final int POLL_MILLIS = 50;

    @Bean
    ProcessEnginePlugin holds(@Value("${crash.holds}") Path directory) {
        return new AbstractProcessEnginePlugin() {
            @Override
            public void preInit(ProcessEngineConfigurationImpl configuration) {
                List<BpmnParseListener> listeners = new ArrayList<>(List.of(new HoldListener(directory)));
                if (configuration.getCustomPreBPMNParseListeners() != null) {
                    listeners.addAll(configuration.getCustomPreBPMNParseListeners());
                }
                configuration.setCustomPreBPMNParseListeners(listeners);
            }
        };
    }

    /** As long as there is a file of this name, no job is run: the REST API responds before the job executor starts, after the runners. */
    @Bean
    ApplicationRunner jobsWait(@Value("${crash.holds}") Path directory) {
        return arguments -> {
            while (Files.exists(directory.resolve(JOBS_WAIT))) {
                Thread.sleep(POLL_MILLIS);
            }
        };
    }

    private static final class HoldListener extends AbstractBpmnParseListener {

        private final Path directory;

        private HoldListener(Path directory) {
            this.directory = directory;
        }

        @Override
        public void parseServiceTask(Element element, ScopeImpl scope, ActivityImpl activity) {
            listen(activity);
        }

        @Override
        public void parseUserTask(Element element, ScopeImpl scope, ActivityImpl activity) {
            listen(activity);
        }

        @Override
        public void parseIntermediateThrowEvent(Element element, ScopeImpl scope, ActivityImpl activity) {
            listen(activity);
        }

        private void listen(ActivityImpl activity) {
            activity.addListener(ExecutionListener.EVENTNAME_START, (ExecutionListener) execution -> at("start", execution));
            activity.addListener(ExecutionListener.EVENTNAME_END, (ExecutionListener) execution -> at("end", execution));
        }

        private void at(String event, DelegateExecution execution) throws IOException {
            Path told = directory.resolve(String.valueOf(execution.getProcessBusinessKey()));
            if (!Files.exists(told)) {
                return;
            }
            String hold = Files.readString(told);
            String activity = execution.getCurrentActivityId();
            if (hold.equals(event + " " + activity)) {
                stop(told);
            } else if (event.equals("end") && (hold.equals("written " + activity) || hold.equals("committed " + activity))) {
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void beforeCommit(boolean readOnly) {
                        if (hold.startsWith("written")) {
                            stop(told);
                        }
                    }

                    @Override
                    public void afterCommit() {
                        stop(told);
                    }
                });
            }
        }

        private static void stop(Path told) {
            try {
                Files.writeString(told.resolveSibling(told.getFileName() + ".held"), "");
                new CountDownLatch(1).await();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
