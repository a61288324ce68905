package org.signonflow;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.auth.DefaultAuthorizationProvider;
import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.history.HistoryLevelFull;
import org.camunda.bpm.engine.impl.history.event.HistoricVariableUpdateEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEventType;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;
import org.camunda.bpm.engine.impl.persistence.entity.HistoricJobLogManager;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.signonflow.process.ComeBackLater;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.NeedsPerson;
import org.signonflow.process.NotYet;
import org.signonflow.process.RowProgress;
import org.signonflow.process.StepFailed;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** What the engine can only be told through its implementation classes. Nothing else in the project names them. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    @Bean
    AbstractCamundaConfiguration signonflowEngine(ObjectProvider<RowProgress> rows) {
        return new AbstractCamundaConfiguration() {
            @Override
            public void preInit(SpringProcessEngineConfiguration configuration) {
                addFirst(configuration, new CallersMistakes(configuration::getIdentityService));
                configuration.setCustomSessionFactories(List.of(new JobLog(), new Authorizations()));
                configuration.setCustomHistoryLevels(List.of(new AuditedHistory()));
                configuration.setResourceAuthorizationProvider(new NothingForEachTask());
            }

            @Override
            public void postInit(SpringProcessEngineConfiguration configuration) {
                // The starter sets its own before.
                configuration.setFailedJobCommandFactory((jobId, failure) -> new Retry(jobId, failure, rows.getObject()));
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

    /**
     * Lets what is the caller's doing come out of the engine as such: a bad input, a lost race, a task that is gone. Otherwise REST and the
     * web applications would answer it with 500.
     */
    private static final class CallersMistakes extends CommandInterceptor {

        private final Supplier<IdentityService> identities;

        private CallersMistakes(Supplier<IdentityService> identities) {
            this.identities = identities;
        }

        @Override
        public <T> T execute(Command<T> command) {
            try {
                return attempt(command);
            } catch (NullPointerException failure) {
                // The engine reads a task, then its execution, and falls over what another's decision took away in between. A second look,
                // in a new transaction, finds all of it gone, and says so.
                if (Context.getCommandContext() == null && identities.get().getCurrentAuthentication() != null) {
                    return attempt(command);
                }
                throw failure;
            }
        }

        private <T> T attempt(Command<T> command) {
            try {
                return next.execute(command);
            } catch (RuntimeException failure) {
                InvalidInput input = cause(failure, InvalidInput.class);
                if (input != null) {
                    throw new BadRequestException(input.getMessage(), input);
                }
                boolean forSomebody = identities.get().getCurrentAuthentication() != null;
                if (forSomebody && (failure instanceof OptimisticLockingException || failure instanceof TaskAlreadyClaimedException)) {
                    throw new ClientErrorException("Somebody else was faster: look again.", Response.Status.CONFLICT, failure);
                }
                if (forSomebody && failure instanceof NullValueException) {
                    throw new NotFoundException(failure.getMessage(), failure);
                }
                throw failure;
            }
        }
    }

    /** The engine's job log, but a job that came too early has not failed. */
    private static final class JobLog implements SessionFactory {

        @Override
        public Class<?> getSessionType() {
            return HistoricJobLogManager.class;
        }

        @Override
        public Session openSession() {
            return new HistoricJobLogManager() {
                @Override
                public void fireJobFailedEvent(Job job, Throwable exception) {
                    if (cause(exception, NotYet.class) == null) {
                        super.fireJobFailedEvent(job, exception);
                    }
                }
            };
        }
    }

    /**
     * The engine's authorizations. Before each question it reads all of them, those of every instance that its history knows included, to
     * leave groups that have none out of the question, whose answer is the same with them.
     */
    private static final class Authorizations implements SessionFactory {

        @Override
        public Class<?> getSessionType() {
            return AuthorizationManager.class;
        }

        @Override
        public Session openSession() {
            return new AuthorizationManager() {
                @Override
                public List<String> filterAuthenticatedGroupIds(List<String> authenticatedGroupIds) {
                    return authenticatedGroupIds == null ? List.of() : authenticatedGroupIds;
                }
            };
        }
    }

    /**
     * What the engine grants by itself, but to a task's candidate group nothing: it is granted what all tasks of a flow need. One
     * authorization for each task would have the database compare each with each when an approver asks what waits: half a minute for
     * ten thousand.
     */
    private static final class NothingForEachTask extends DefaultAuthorizationProvider {

        @Override
        public AuthorizationEntity[] newTaskGroupIdentityLink(Task task, String groupId, String type) {
            return null;
        }
    }

    /**
     * The history level {@code audited}: all of {@code full} but a row for each job that was created, succeeded or went with its task, and
     * for each value that a variable ever had. Of the latter it keeps what people were shown and what they said to it.
     */
    private static final class AuditedHistory extends HistoryLevelFull {

        private static final Set<HistoryEventType> UNREAD = Set.of(HistoryEventTypes.JOB_CREATE, HistoryEventTypes.JOB_SUCCESS,
            HistoryEventTypes.JOB_DELETE);
        private static final Set<String> SHOWN_OR_SAID = Set.of("changes", "decision", "comment");

        @Override
        public String getName() {
            return "audited";
        }

        @Override
        public boolean isHistoryEventProduced(HistoryEventType type, Object entity) {
            if (type == HistoryEventTypes.VARIABLE_INSTANCE_UPDATE_DETAIL && entity instanceof HistoricVariableUpdateEventEntity update) {
                return SHOWN_OR_SAID.contains(update.getVariableName()) && update.getTextValue() != null;
            }
            return !UNREAD.contains(type);
        }
    }

    /** The engine's retry, which also knows when a job is to come back without losing an attempt, and when no attempt can help. */
    private static final class Retry extends DefaultJobRetryCmd {

        /** Instances that failed together come back apart. */
        private static final double JITTER = 0.2;

        private final RowProgress rows;

        private Retry(String jobId, Throwable exception, RowProgress rows) {
            super(jobId, exception);
            this.rows = rows;
        }

        @Override
        public Object execute(CommandContext context) {
            JobEntity job = getJob();
            if (job == null) {
                return super.execute(context);
            }
            NotYet notYet = cause(exception, NotYet.class);
            if (notYet != null) {
                return comeBack(context, job, notYet.until());
            }
            Object result = fail(context, job);
            rows.failed(job.getProcessInstanceId(), job.getExceptionMessage(), job.getRetries() == 0);
            return result;
        }

        private Object fail(CommandContext context, JobEntity job) {
            ComeBackLater later = cause(exception, ComeBackLater.class);
            if (later != null && !later.notBefore().isAfter(job.getCreateTime().toInstant().plus(later.patience()))) {
                return comeBack(context, job, later.notBefore());
            }
            if (later != null || cause(exception, NeedsPerson.class) != null) {
                job.unlock();
                logException(job);
                job.setRetries(0);
            } else {
                super.execute(context);
            }
            if (job.getRetries() == 0) {
                // Whoever retries the incident does not want to wait for the last delay.
                job.setDuedate(null);
            } else if (job.getDuedate() != null) {
                long delay = job.getDuedate().getTime() - ClockUtil.getCurrentTime().getTime();
                job.setDuedate(new Date(job.getDuedate().getTime() + (long) (delay * JITTER * ThreadLocalRandom.current().nextDouble())));
            }
            return null;
        }

        /** Of all that wraps it, the operator is to read what the step says. */
        @Override
        protected void logException(JobEntity job) {
            NotYet notYet = cause(exception, NotYet.class);
            if (notYet != null) {
                job.setExceptionMessage(notYet.getMessage());
                return;
            }
            super.logException(job);
            StepFailed failed = cause(exception, StepFailed.class);
            if (failed != null) {
                job.setExceptionMessage(failed.getMessage());
            }
        }

        private Object comeBack(CommandContext context, JobEntity job, Instant notBefore) {
            if (isFirstJobExecution(job)) {
                var retries = getFailedJobRetryConfiguration(job, getCurrentActivity(context, job));
                if (retries != null) {
                    initializeRetries(job, retries.getRetries());
                }
            }
            logException(job);
            job.setDuedate(Date.from(notBefore));
            job.unlock();
            notifyAcquisition(context);
            return null;
        }
    }

    private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
        for (Throwable each = failure; each != null; each = each.getCause() == each ? null : each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }
}
