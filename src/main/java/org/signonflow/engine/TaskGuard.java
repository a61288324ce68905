package org.signonflow.engine;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ForbiddenException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.cmd.AddCommentCmd;
import org.camunda.bpm.engine.impl.cmd.AssignTaskCmd;
import org.camunda.bpm.engine.impl.cmd.ClaimTaskCmd;
import org.camunda.bpm.engine.impl.cmd.DeleteProcessInstanceCommentCmd;
import org.camunda.bpm.engine.impl.cmd.DeleteTaskCommentCmd;
import org.camunda.bpm.engine.impl.cmd.UpdateCommentCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.signonflow.change.PlainText;
import org.signonflow.process.approval.Deciders;
import org.springframework.beans.DirectFieldAccessor;

import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Limits what people may do with an approval besides deciding, which the flows check themselves: those who may decide may also comment
 * while it is pending; a claim is released by its holder, by an administrator, or once its holder is no longer an approver.
 */
final class TaskGuard extends Guard {

    private static final int LONGEST_COMMENT = 4_000;
    private static final Set<Class<?>> CONCERNED = Set.of(ClaimTaskCmd.class, AssignTaskCmd.class, AddCommentCmd.class,
        UpdateCommentCmd.class, DeleteTaskCommentCmd.class, DeleteProcessInstanceCommentCmd.class);

    private final Supplier<Deciders> deciders;

    TaskGuard(Supplier<IdentityService> identities, Supplier<Deciders> deciders) {
        super(identities);
        this.deciders = deciders;
    }

    @Override
    boolean concerns(Command<?> command) {
        return CONCERNED.contains(command.getClass());
    }

    @Override
    @SuppressWarnings("unchecked")
    <T> T carryOut(Command<T> command, String user, CommandContext context) {
        // The commands have no getters.
        DirectFieldAccessor given = new DirectFieldAccessor(command);
        String id = (String) given.getPropertyValue("taskId");
        TaskEntity task = id == null ? null : context.getTaskManager().findTaskById(id);
        if (command instanceof ClaimTaskCmd || command instanceof AssignTaskCmd) {
            String claimant = (String) given.getPropertyValue("userId");
            if (task != null) {
                checkClaim(task, claimant, user, context);
            }
            // Assigning would require a permission that also allows giving a task to others.
            return (T) new ClaimTaskCmd(id, claimant).execute(context);
        }
        if (!(command instanceof AddCommentCmd)) {
            throw new ForbiddenException("Comments cannot be changed or deleted.");
        }
        checkComment(task, given, user, context);
        return command.execute(context);
    }

    private void checkClaim(TaskEntity task, String claimant, String user, CommandContext context) {
        String holder = task.getAssignee();
        if (holder == null || holder.equals(claimant)) {
            return;
        }
        boolean holds = context.runWithoutAuthorization(() -> deciders.get().isApprover(holder));
        if (claimant != null && !holds) {
            // The engine does not allow claiming a claimed task.
            task.setAssignee(null);
        }
        if (claimant == null && holds && !holder.equals(user)
            && !context.runWithoutAuthorization(() -> deciders.get().isAdministrator(user))) {
            throw new ForbiddenException("Only the person who claimed it, or an administrator, may release it.");
        }
    }

    private void checkComment(TaskEntity task, DirectFieldAccessor given, String user, CommandContext context) {
        if (task == null || task.getProcessInstanceId() == null) {
            throw new BadRequestException("Only a pending approval can be commented on.");
        }
        context.runWithoutAuthorization(() -> deciders.get().objection(user, task.getProcessInstanceId())).ifPresent(objection -> {
            throw new ForbiddenException(objection);
        });
        String message = Objects.toString(given.getPropertyValue("message"), "");
        Object instance = given.getPropertyValue("processInstanceId");
        if (message.isBlank()) {
            throw new BadRequestException("message: is required.");
        }
        PlainText.tooLong(message, LONGEST_COMMENT).or(() -> PlainText.unstorable(message)).or(() -> PlainText.hidden(message))
            .ifPresent(problem -> {
                throw new BadRequestException("message: %s.".formatted(problem));
            });
        if (instance != null && !instance.equals(task.getProcessInstanceId())) {
            throw new BadRequestException("processInstanceId: must be the task's.");
        }
    }
}
