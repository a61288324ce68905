package org.signonflow.engine;

import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.signonflow.process.AboutJob;

/**
 * Ends with a job what its log lines say about it. If it has failed, with the next of this thread: the engine logs the failure afterwards.
 */
final class JobLines extends CommandInterceptor {

    @Override
    public <T> T execute(Command<T> command) {
        if (!(command instanceof ExecuteJobsCmd)) {
            return next.execute(command);
        }
        AboutJob.end();
        T result = next.execute(command);
        AboutJob.end();
        return result;
    }
}
