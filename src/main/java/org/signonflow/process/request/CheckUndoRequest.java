package org.signonflow.process.request;

import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.signonflow.change.Change;
import org.signonflow.change.Changes;
import org.signonflow.change.EngineHistory;
import org.signonflow.change.Field;
import org.signonflow.change.Flow;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Journal;
import org.signonflow.pingone.Kind;
import org.signonflow.process.BusinessKey;
import org.signonflow.process.InvalidInput;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.change.RequestedChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Validates the request to undo a completed change, through whichever API it is started, and claims the change for it: its requester and
 * operators may have it undone.
 */
@Component
class CheckUndoRequest implements ExecutionListener {

    private static final List<Field> FIELDS = List.of(Field.required(FlowVariables.CHANGE, Field.uuid()),
        Field.optional(ProcessVariables.KEEP, null, Field.oneOf(ProcessVariables.APPLICATION)),
        Field.optional(FlowVariables.REASON, null, Field.longText()));
    private static final List<Field> FIELDS_OF_ONE = Stream.concat(FIELDS.stream(),
        Stream.of(Field.optional(ProcessVariables.URGENT, null, Field.oneOf("true", "false")))).toList();
    private static final List<Field> FIELDS_OF_ROW = Stream.concat(FIELDS.stream(), Stream.of(ProcessVariables.ROLL_OUT,
        ProcessVariables.LINE, ProcessVariables.REQUESTED_BY).map(name -> Field.optional(name, null, text -> null))).toList();

    private static final Logger LOG = LoggerFactory.getLogger(CheckUndoRequest.class);

    private final IdentityService identities;
    private final Changes changes;
    private final EngineHistory history;
    private final Journal journal;
    private final Undoable undoable;
    private final Requester requester;
    private final RequestedChange record;

    CheckUndoRequest(IdentityService identities, Changes changes, EngineHistory history, Journal journal, Undoable undoable,
                     Requester requester, RequestedChange record) {
        this.identities = identities;
        this.changes = changes;
        this.history = history;
        this.journal = journal;
        this.undoable = undoable;
        this.requester = requester;
        this.record = record;
    }

    @Override
    public void notify(DelegateExecution execution) {
        // Only a roll-out starts one, and then nobody is logged in.
        boolean isRow = ProcessVariables.isRow(execution) && identities.getCurrentAuthentication() == null;
        List<String> problems = CheckRequest.problems(execution, Flow.UNDO, isRow ? FIELDS_OF_ROW : FIELDS_OF_ONE);
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        String id = ProcessVariables.text(execution, FlowVariables.CHANGE);
        Change change = changes.find(id).filter(one -> undoable.isFor(one.requestedBy())).orElseThrow(() -> refusal(
            "there is no such change, or you may not have it undone: only its requester and operators may."));
        List<CreatedObject> made = journal.remaining(changes.instancesOf(id));
        undoable.problem(change, made, isRow).ifPresent(problem -> {
            throw refusal(problem);
        });
        boolean urgent = "true".equals(ProcessVariables.text(execution, ProcessVariables.URGENT));
        if (urgent) {
            undoable.requireUrgent(made);
            execution.setVariable(ProcessVariables.URGENT, true);
        } else {
            execution.removeVariable(ProcessVariables.URGENT);
        }
        // What a form leaves blank was not given.
        FIELDS.stream().map(Field::name).filter(name -> execution.hasVariable(name) && ProcessVariables.text(execution, name) == null)
            .forEach(name -> execution.setVariable(name, null));
        describe(execution, change, made);
        // It does not count among the open requests, whose number is limited for what they hold in PingOne: it frees that.
        if (!isRow) {
            requester.note(execution);
        }
        if (!changes.claim(id, execution.getProcessInstanceId())) {
            throw refusal("is being undone already, by %s.".formatted(
                changes.find(id).map(Change::undoneBy).orElse("another change")));
        }
        record.record(execution, Flow.UNDO);
        if (urgent) {
            LOG.warn("Urgent undo {} of change {}: {} has the policy {} unassigned at once, before anybody has approved it.",
                execution.getProcessInstanceId(), id, ProcessVariables.text(execution, ProcessVariables.REQUESTED_BY),
                change.policyName());
        }
    }

    private static InvalidInput refusal(String problem) {
        return new InvalidInput(List.of("%s: %s".formatted(FlowVariables.CHANGE, problem)));
    }

    /** What the approvers read, and what the record of changes keeps. The journal alone decides what is deleted. */
    private void describe(DelegateExecution execution, Change change, List<CreatedObject> made) {
        Map<String, String> variables = history.variables(change.id());
        execution.setVariable(FlowVariables.ENVIRONMENT, change.environment());
        execution.setVariable(FlowVariables.APPLICATION_NAME, change.applicationName());
        execution.setVariable(FlowVariables.POLICY_NAME, change.policyName());
        execution.setVariable(FlowVariables.APPLICATION_ID, Stream.of(
            made.stream().filter(one -> one.kind() == Kind.APPLICATION).map(CreatedObject::id),
            made.stream().filter(one -> one.kind() == Kind.ASSIGNMENT).map(CreatedObject::parentId),
            Stream.of(variables.getOrDefault(FlowVariables.APPLICATION_ID, ""))).flatMap(ids -> ids)
            .filter(one -> one != null && !one.isEmpty()).findFirst().orElse(null));
        execution.setVariable(FlowVariables.POLICY_ID, made.stream().filter(one -> one.kind() == Kind.SIGN_ON_POLICY)
            .map(CreatedObject::id).findFirst().orElse(variables.get(FlowVariables.POLICY_ID)));
        if (BusinessKey.isBlank(execution.getProcessBusinessKey())) {
            execution.setProcessBusinessKey(BusinessKey.of(Optional.ofNullable(change.applicationName()).orElse(change.applicationId()),
                change.policyName()));
        }
    }
}
