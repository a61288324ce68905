package org.signonflow.process.approval;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.signonflow.change.ChangeEvent;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Field;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.NotAllowed;
import org.signonflow.process.ProcessVariables;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Enforces four eyes through every API and validates the decision. */
@Component
class CheckDecision implements TaskListener {

    private static final Field DECISION = Field.required(ProcessVariables.DECISION, Field.oneOf(ProcessVariables.APPROVE, "decline"));
    private static final Field NOTHING_TO_LEAVE_OUT = Field.optional(ProcessVariables.LEAVE_OUT, null,
        text -> "is only allowed in the approval of a roll-out");
    private static final Field COMMENT = Field.optional(ProcessVariables.COMMENT, null, Field.longText());

    private final IdentityService identities;
    private final Deciders deciders;
    private final Map<String, DecisionForm> forms;
    private final Changes changes;
    private final ApplicationEventPublisher events;

    CheckDecision(IdentityService identities, Deciders deciders, List<DecisionForm> forms, Changes changes,
                  ApplicationEventPublisher events) {
        this.events = events;
        this.identities = identities;
        this.deciders = deciders;
        this.forms = forms.stream().collect(Collectors.toMap(DecisionForm::taskDefinitionKey, form -> form));
        this.changes = changes;
    }

    @Override
    public void notify(DelegateTask task) {
        boolean decides = TaskListener.EVENTNAME_COMPLETE.equals(task.getEventName());
        // Releasing a claim decides nothing.
        if (decides || task.getAssignee() != null) {
            checkPerson(task, decides);
        }
        if (decides) {
            Optional<DecisionForm> form = Optional.ofNullable(forms.get(task.getTaskDefinitionKey()));
            checkForm(task, form.map(DecisionForm::decision).orElse(DECISION),
                form.map(DecisionForm::leaveOut).orElse(NOTHING_TO_LEAVE_OUT));
            if (currentUser() != null) {
                // The task's history shows who decided, even if nobody, or someone else, had claimed it.
                task.setAssignee(currentUser());
            }
            form.ifPresentOrElse(other -> other.decided(task, currentUser()), () -> record(task));
        }
    }

    private void record(DelegateTask task) {
        String decision = (String) task.getVariable(ProcessVariables.DECISION);
        boolean assigns = ProcessVariables.APPROVE.equals(decision) && !ProcessVariables.isUndo(task.getProcessDefinitionId());
        ChangeState next = assigns ? ChangeState.ASSIGNING : ChangeState.UNDOING;
        changes.decided(task.getProcessInstanceId(), next, decision, currentUser(), ProcessVariables.text(task, ProcessVariables.COMMENT));
        if (ProcessVariables.APPROVE.equals(decision)) {
            changes.find(task.getProcessInstanceId()).ifPresent(change -> events.publishEvent(new ChangeEvent(ChangeEvent.Kind.APPROVED,
                change)));
        }
    }

    private void checkPerson(DelegateTask task, boolean decides) {
        String user = Optional.ofNullable(currentUser()).orElse(task.getAssignee());
        if (user == null) {
            return;
        }
        deciders.objection(user, task.getProcessInstanceId()).ifPresent(objection -> {
            throw new NotAllowed(objection);
        });
        if (!decides && !user.equals(task.getAssignee())) {
            throw new InvalidInput(List.of("userId: you can only claim an approval for yourself."));
        }
    }

    private String currentUser() {
        return Optional.ofNullable(identities.getCurrentAuthentication()).map(Authentication::getUserId).orElse(null);
    }

    private static void checkForm(DelegateTask task, Field decision, Field leaveOut) {
        List<String> problems = new ArrayList<>();
        Object comment = task.getVariable(ProcessVariables.COMMENT);
        // People write comments in paragraphs.
        Object paragraphs = comment instanceof String text ? text.replaceAll("[\\r\\n\\t]", " ") : comment;
        Stream.of(decision.problem(task.getVariable(ProcessVariables.DECISION)), COMMENT.problem(paragraphs),
            leaveOut.problem(task.getVariable(ProcessVariables.LEAVE_OUT)))
            .filter(Objects::nonNull).forEach(problems::add);
        if ("decline".equals(task.getVariable(ProcessVariables.DECISION))
            && ProcessVariables.text(task, ProcessVariables.COMMENT) == null) {
            problems.add("comment: is required to decline.");
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
    }
}
