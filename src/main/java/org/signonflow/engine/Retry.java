package org.signonflow.engine;

import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.signonflow.process.JobFailures;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.Postponed;
import org.signonflow.process.RetryAfter;
import org.signonflow.process.StepFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The engine's retry, extended for jobs that come back without using up an attempt, and for failures that retrying cannot fix. */
final class Retry extends DefaultJobRetryCmd {

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
    /** Spreads the retries of instances that failed together. */
    private static final double JITTER = 0.2;

    private final List<JobFailures> listeners;

    Retry(String jobId, Throwable exception, List<JobFailures> listeners) {
        super(jobId, exception);
        this.listeners = listeners;
    }

    @Override
    public Object execute(CommandContext context) {
        JobEntity job = getJob();
        if (job == null) {
            return super.execute(context);
        }
        Postponed postponed = Causes.find(exception, Postponed.class);
        if (postponed != null) {
            return reschedule(context, job, postponed.until());
        }
        Object result = fail(context, job);
        StepFailed failed = Causes.find(exception, StepFailed.class);
        listeners.forEach(listener -> listener.failed(job.getProcessInstanceId(), job.getActivityId(), job.getExceptionMessage(),
            failed == null ? null : failed.code(), job.getRetries() == 0));
        return result;
    }

    private Object fail(CommandContext context, JobEntity job) {
        RetryAfter later = Causes.find(exception, RetryAfter.class);
        if (later != null && !later.notBefore().isAfter(job.getCreateTime().toInstant().plus(later.patience()))) {
            return reschedule(context, job, later.notBefore());
        }
        if (later != null || Causes.find(exception, NeedsOperator.class) != null) {
            job.unlock();
            logException(job);
            job.setRetries(0);
            // The engine itself only logs the last of several attempts.
            LOG.warn("{} has failed for good: {}", job.getActivityId(), job.getExceptionMessage());
        } else {
            super.execute(context);
        }
        if (job.getRetries() == 0) {
            // A retry of the incident should not wait for the last delay.
            job.setDuedate(null);
        } else if (job.getDuedate() != null) {
            long delay = job.getDuedate().getTime() - ClockUtil.getCurrentTime().getTime();
            job.setDuedate(new Date(job.getDuedate().getTime() + (long) (delay * JITTER * ThreadLocalRandom.current().nextDouble())));
        }
        return null;
    }

    /** Shows the operator the step's own message instead of the exceptions that wrap it. */
    @Override
    protected void logException(JobEntity job) {
        Postponed postponed = Causes.find(exception, Postponed.class);
        if (postponed != null) {
            job.setExceptionMessage(postponed.getMessage());
            return;
        }
        super.logException(job);
        StepFailed failed = Causes.find(exception, StepFailed.class);
        if (failed != null) {
            job.setExceptionMessage(failed.getMessage());
        }
    }

    private Object reschedule(CommandContext context, JobEntity job, Instant notBefore) {
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
