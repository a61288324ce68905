package org.signonflow.process.approval;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.task.Task;
import org.signonflow.change.OpenDecisions;
import org.signonflow.process.WithoutAuthorizations;
import org.springframework.stereotype.Component;

import java.util.Optional;

/** Finds the approval of whoever may decide on it, by the same rules as when they do. */
@Component
class ApprovalTasks implements OpenDecisions {

    private final TaskService tasks;
    private final Deciders deciders;
    private final IdentityService identities;

    ApprovalTasks(TaskService tasks, Deciders deciders, IdentityService identities) {
        this.tasks = tasks;
        this.deciders = deciders;
        this.identities = identities;
    }

    @Override
    public Optional<String> task(String id, String user) {
        try {
            // The rules look at accounts that the user may not read.
            return WithoutAuthorizations.get(identities, () -> tasks.createTaskQuery().processInstanceId(id).list().stream().findFirst()
                .map(Task::getId).filter(task -> deciders.objection(user, id).isEmpty()));
        } catch (NullValueException endedMeanwhile) {
            return Optional.empty();
        }
    }
}
