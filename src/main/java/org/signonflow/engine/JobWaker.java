package org.signonflow.engine;

import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.process.PostponedJobs;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;

/** Makes postponed jobs due, and wakes the job acquisition thread, which otherwise polls every half second. */
@Component
class JobWaker implements PostponedJobs {

    /** A job that is about to start is left alone. */
    private static final Duration DUE_ANYWAY = Duration.ofMillis(100);

    private final ObjectProvider<ProcessEngine> engine;
    private final Clock clock;

    JobWaker(ObjectProvider<ProcessEngine> engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public void wake(String instanceId) {
        ProcessEngine there = engine.getObject();
        JobExecutor executor = ((ProcessEngineConfigurationImpl) there.getProcessEngineConfiguration()).getJobExecutor();
        if (!executor.isActive()) {
            return;
        }
        Date now = Date.from(clock.instant());
        Date soon = Date.from(clock.instant().plus(DUE_ANYWAY));
        for (Job job : there.getManagementService().createJobQuery().processInstanceId(instanceId).messages().withRetriesLeft()
            .duedateHigherThan(soon).list()) {
            // A failed job keeps its retry delay.
            if (((JobEntity) job).getExceptionByteArrayId() == null) {
                try {
                    there.getManagementService().setJobDuedate(job.getId(), now);
                    executor.jobWasAdded();
                } catch (OptimisticLockingException | NullValueException busy) {
                    // It has started by itself.
                }
            }
        }
    }
}
