package org.signonflow.engine;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ForbiddenException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.SetJobsRetriesByProcessBatchCmd;
import org.camunda.bpm.engine.impl.cmd.ActivateJobCmd;
import org.camunda.bpm.engine.impl.cmd.ActivateJobDefinitionCmd;
import org.camunda.bpm.engine.impl.cmd.DeleteJobCmd;
import org.camunda.bpm.engine.impl.cmd.DeleteJobsCmd;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.cmd.RecalculateJobDuedateCmd;
import org.camunda.bpm.engine.impl.cmd.SetJobDefinitionPriorityCmd;
import org.camunda.bpm.engine.impl.cmd.SetJobDuedateCmd;
import org.camunda.bpm.engine.impl.cmd.SetJobPriorityCmd;
import org.camunda.bpm.engine.impl.cmd.SetJobRetriesCmd;
import org.camunda.bpm.engine.impl.cmd.SetJobsRetriesBatchCmd;
import org.camunda.bpm.engine.impl.cmd.SuspendJobCmd;
import org.camunda.bpm.engine.impl.cmd.SuspendJobDefinitionCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.signonflow.process.approval.Deciders;
import org.springframework.beans.DirectFieldAccessor;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Limits what people may do with jobs: retry a step with an open incident. Jobs are also the timers of approvals and the engine's
 * housekeeping, which nobody may move, stop or trigger.
 */
final class JobGuard extends Guard {

    private static final Set<Class<?>> DISABLED = Set.of(SetJobDuedateCmd.class, RecalculateJobDuedateCmd.class, ExecuteJobsCmd.class,
        DeleteJobCmd.class, DeleteJobsCmd.class, SetJobPriorityCmd.class, SetJobDefinitionPriorityCmd.class, SuspendJobCmd.class,
        ActivateJobCmd.class, SuspendJobDefinitionCmd.class, ActivateJobDefinitionCmd.class, SetJobsRetriesBatchCmd.class,
        SetJobsRetriesByProcessBatchCmd.class);

    private final Supplier<Deciders> people;
    private final boolean administration;

    /** @param administration whether administrators may use the other operations */
    JobGuard(Supplier<IdentityService> identities, Supplier<Deciders> people, boolean administration) {
        super(identities);
        this.people = people;
        this.administration = administration;
    }

    @Override
    boolean concerns(Command<?> command) {
        return command instanceof SetJobRetriesCmd || DISABLED.contains(command.getClass());
    }

    @Override
    <T> T carryOut(Command<T> command, String user, CommandContext context) {
        if (command instanceof SetJobRetriesCmd) {
            // The command has no getters.
            checkRetry(new DirectFieldAccessor(command), context);
        } else if (!administration || !context.runWithoutAuthorization(() -> people.get().isAdministrator(user))) {
            throw new ForbiddenException("Jobs can only be retried.");
        }
        return command.execute(context);
    }

    private static void checkRetry(DirectFieldAccessor retry, CommandContext context) {
        String id = (String) retry.getPropertyValue("jobId");
        JobEntity job = id == null ? null : context.getJobManager().findJobById(id);
        if (id == null || job != null && job.getProcessDefinitionId() == null) {
            throw new ForbiddenException("Only individual steps of flows can be retried.");
        }
        if (job == null) {
            return;
        }
        context.getProcessEngineConfiguration().getCommandCheckers().forEach(checker -> checker.checkUpdateRetriesJob(job));
        if (!Integer.valueOf(1).equals(retry.getPropertyValue("retries")) || (boolean) retry.getPropertyValue("isDueDateSet")) {
            throw new BadRequestException("retries: must be 1, without a due date.");
        }
        if (job.getRetries() != 0) {
            throw new BadRequestException("Only a step with an open incident can be retried.");
        }
    }
}
