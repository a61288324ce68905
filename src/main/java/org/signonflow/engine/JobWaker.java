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

/** Sets postponed jobs due, and wakes the thread that acquires them, which otherwise looks every half second. */
@Component
class JobWaker implements PostponedJobs {

    /** A job that somebody is about to begin is left to him. */
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
            // One that has failed has its pauses.
            if (((JobEntity) job).getExceptionByteArrayId() == null) {
                try {
                    there.getManagementService().setJobDuedate(job.getId(), now);
                    executor.jobWasAdded();
                } catch (OptimisticLockingException | NullValueException busy) {
                    // Then it has come by itself.
                }
            }
        }
    }
}
