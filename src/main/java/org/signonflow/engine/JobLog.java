package org.signonflow.engine;

import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.HistoricJobLogManager;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.process.Postponed;

/** The engine's job log, without entries for postponed jobs, which have not failed. */
final class JobLog implements SessionFactory {

    @Override
    public Class<?> getSessionType() {
        return HistoricJobLogManager.class;
    }

    @Override
    public Session openSession() {
        return new HistoricJobLogManager() {
            @Override
            public void fireJobFailedEvent(Job job, Throwable exception) {
                if (Causes.find(exception, Postponed.class) == null) {
                    super.fireJobFailedEvent(job, exception);
                }
            }
        };
    }
}
