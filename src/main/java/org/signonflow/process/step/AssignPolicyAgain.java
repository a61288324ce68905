package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Changes;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Creation;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Entry.Action;
import org.signonflow.journal.Outcome;
import org.signonflow.journal.Step;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.process.NeedsOperator;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes {@link UnassignPolicyAtOnce} back: the undo is not carried out, so the policy is assigned as it was. */
@Component
class AssignPolicyAgain extends PingOneTask {

    private static final Set<Outcome> GONE = EnumSet.of(Outcome.DELETED, Outcome.GONE);

    private final PingOneAccess access;
    private final Changes changes;

    AssignPolicyAgain(PingOneAccess access, Changes changes) {
        super(access);
        this.access = access;
        this.changes = changes;
    }

    /** A look at what is assigned, and the assignment. */
    @Override
    protected int calls(DelegateExecution execution) {
        return 2;
    }

    @Override
    protected int takePermits(DelegateExecution execution) {
        int calls = calls(execution);
        access.permits().take(execution, calls);
        return calls;
    }

    @Override
    protected void carryOut(DelegateExecution execution, PingOneClient pingone) {
        List<Entry> entries = journal().of(access.instances(execution));
        Optional<Entry> taken = takenAway(entries);
        if (taken.isPresent() ? assign(execution, pingone, entries, taken.get()) : isAssigned(execution)) {
            changes.assignedAgain(ProcessVariables.changeOf(execution));
        }
    }

    /** As when the engine did not get as far as to note that it was assigned again. */
    private boolean isAssigned(DelegateExecution execution) {
        return journal().remaining(access.instances(execution)).stream().anyMatch(made -> made.kind() == Kind.ASSIGNMENT);
    }

    /** The assignment, if a call was sent that may have deleted it. One that was gone before is not ours to put back. */
    private static Optional<Entry> takenAway(List<Entry> entries) {
        return entries.stream().filter(entry -> entry.kind() == Kind.ASSIGNMENT && entry.hasMade()).reduce((earlier, later) -> later)
            .filter(last -> entries.stream().anyMatch(entry -> entry.action() == Action.DELETE
                && entry.step().name().equals(UnassignPolicyAtOnce.TASK) && last.pingOneId().equals(entry.pingOneId())
                && (entry.outcome() == null || entry.outcome() == Outcome.REPEATED || entry.outcome() == Outcome.DELETED)));
    }

    /** @return whether it is assigned now */
    private boolean assign(DelegateExecution execution, PingOneClient pingone, List<Entry> entries, Entry taken) {
        // What was sent may still arrive: then it must not find what is there now.
        journal().delete(step(execution, UnassignPolicyAtOnce.TASK), pingone, taken.made(), Optional::empty);
        JsonNode sent = JsonMapper.shared().readTree(taken.sent());
        CreateRequest was = CreateRequest.assignment(taken.parentId(), sent.at("/signOnPolicy/id").asString(),
            sent.path("priority").asInt());
        String policy = was.needs().get(1);
        Set<String> deleted = entries.stream().filter(entry -> GONE.contains(entry.outcome())).map(Entry::pingOneId)
            .collect(Collectors.toSet());
        if (was.needs().stream().anyMatch(deleted::contains)) {
            // An operator has ended the undo when it had deleted that, as was approved.
            return false;
        }
        Creation creation = AssignPolicy.creation(was.parentId(), policy, () -> was.members().path("priority").asInt(),
            (reference, parts) -> hasMade(execution, ProcessVariables.changeOf(execution), parts));
        // Of the undo: another of the same change may have to do the same one day.
        Step own = new Step(execution.getProcessInstanceId(), "Task_AssignPolicyAgain",
            ProcessVariables.text(execution, FlowVariables.ENVIRONMENT), ProcessVariables.text(execution, ProcessVariables.REQUESTED_BY));
        try {
            // Somebody may have assigned it by hand.
            if (journal().settle(own, pingone, creation).isEmpty() && pingone.listAssignments(was.parentId()).stream()
                .noneMatch(there -> policy.equals(there.policyId()) && there.priority() == was.members().path("priority").asInt()
                    && !there.id().equals(taken.pingOneId()))) {
                journal().create(own, pingone, creation);
            }
            return true;
        } catch (PingOneException refused) {
            if (refused.outcome() != PingOneException.Outcome.REFUSED
                || access.mayAppear(execution, ProcessVariables.changeOf(execution), refused.missing()) != null) {
                throw refused;
            }
            if (isAnyGone(pingone, was)) {
                execution.setVariable(ProcessVariables.REJECTION,
                    "The policy cannot be assigned again: PingOne no longer has it, or no longer has the application.");
                return false;
            }
            throw new NeedsOperator(("%s: PingOne refused: %s [status %d, correlation id %s]. Until then the policy has no effect. Assign "
                + "it in PingOne with priority %d, or remove what stands in its way, and retry.").formatted(
                    execution.getCurrentActivityName(), refused.reason(), refused.status(), refused.correlationId(),
                    was.members().path("priority").asInt()), refused);
        }
    }

    private static boolean isAnyGone(PingOneClient pingone, CreateRequest was) {
        return Stream.of(Kind.APPLICATION, Kind.SIGN_ON_POLICY).map(kind -> kind.ids(pingone, null)).flatMap(Collection::stream)
            .filter(was.needs()::contains).distinct().count() < was.needs().size();
    }

    @Override
    public boolean undoes() {
        return true;
    }
}
