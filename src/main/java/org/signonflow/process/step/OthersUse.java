package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Journal;
import org.signonflow.journal.Made;
import org.signonflow.journal.UnsettledException;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Grant;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.NotYet;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.AssignmentScan.Use;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks, before it is deleted, who else uses what an instance has made: PingOne takes a policy from every application that it is assigned
 * to, and an application's grants and assignments with it.
 */
@Component
class OthersUse {

    /** How many are named, and read anew before that. */
    private static final int MOST_NAMED = 5;
    private static final int READS_OF_APPLICATION = 2;
    private static final int READS_OF_POLICY = 1;
    private static final Duration UNTIL_PINGONE_AGREES = Duration.ofSeconds(3);

    private final PolicyUses policyUses;
    private final Journal journal;
    private final CurrentJob currentJob;
    private final RollOuts rollOuts;
    private final Clock clock;
    private final String policyStep;
    private final String applicationStep;

    OthersUse(PolicyUses policyUses, Journal journal, CurrentJob currentJob, RollOuts rollOuts, Clock clock, CreateSignOnPolicy policy,
              CreateNativeApplication application) {
        this.policyUses = policyUses;
        this.journal = journal;
        this.currentJob = currentJob;
        this.rollOuts = rollOuts;
        this.clock = clock;
        this.policyStep = policy.taskId();
        this.applicationStep = application.taskId();
    }

    /**
     * Returns when it is known which applications use the policies among these.
     *
     * @throws NotYet until then
     */
    void await(DelegateExecution execution, List<Made> made) {
        made.stream().filter(one -> one.step().equals(policyStep)).forEach(policy -> policyUses.await(execution, since(execution, policy)));
    }

    /** How many calls {@link #of} makes where nobody else uses anything. */
    int reads(List<Made> made) {
        return made.stream().mapToInt(one -> one.step().equals(applicationStep) ? READS_OF_APPLICATION
            : one.step().equals(policyStep) ? READS_OF_POLICY : 0).sum();
    }

    /**
     * What of these others use, after {@link #await}.
     *
     * @return who, as a sentence, by the step that made it
     */
    Map<String, String> of(DelegateExecution execution, PingOneClient pingone, List<Made> made) {
        Map<String, String> used = new LinkedHashMap<>();
        for (Made one : made) {
            if (one.step().equals(policyStep)) {
                List<String> users = ofPolicy(execution, pingone, one);
                note(used, one, users.size() == 1 ? "another application uses it" : "%,d other applications use it".formatted(users.size()),
                    users);
                if (users.isEmpty()) {
                    note(used, one, "others added to it", actionsOfOthers(execution, pingone, one));
                }
            } else if (one.step().equals(applicationStep)) {
                note(used, one, "others gave it what would go with it", ofApplication(execution, pingone, one));
            }
        }
        return used;
    }

    private static void note(Map<String, String> used, Made made, String how, List<String> uses) {
        if (!uses.isEmpty()) {
            String more = uses.size() > MOST_NAMED ? " and %,d more".formatted(uses.size() - MOST_NAMED) : "";
            used.put(made.step(), "The %s stays, since %s: %s%s.".formatted(made, how,
                String.join(", ", uses.subList(0, Math.min(MOST_NAMED, uses.size()))), more));
        }
    }

    private List<String> ofPolicy(DelegateExecution execution, PingOneClient pingone, Made policy) {
        // The flow is about this policy for this application; whoever has assigned it there has not made it a third one's.
        String own = ProcessVariables.text(execution, FlowVariables.APPLICATION_ID);
        List<Use> uses = notOurs(execution, policyUses.of(execution, policy.id()).stream()
            .filter(use -> !use.applicationId().equals(own)).toList(), Use::assignmentId);
        List<String> users = policyUses.still(execution, pingone, policy.id(), uses, MOST_NAMED).stream().map(Use::toString).toList();
        if (!users.isEmpty() && !sharesScan(execution)) {
            policyUses.forget(execution);
        }
        return users;
    }

    private List<String> actionsOfOthers(DelegateExecution execution, PingOneClient pingone, Made policy) {
        return notOurs(execution, unlessGone(() -> pingone.listActions(policy.id()), () -> pingone.listSignOnPolicies().stream()
            .map(SignOnPolicy::id).noneMatch(policy.id()::equals), clock), Action::id).stream()
            .map(action -> "action %s (%s)".formatted(action.id(), action.type())).toList();
    }

    private List<String> ofApplication(DelegateExecution execution, PingOneClient pingone, Made application) {
        BooleanSupplier isGone = () -> pingone.listApplications().stream().map(Application::id).noneMatch(application.id()::equals);
        List<Grant> grants = notOurs(execution, unlessGone(() -> pingone.listGrants(application.id()), isGone, clock), Grant::id);
        String policyId = String.valueOf(ProcessVariables.text(execution, FlowVariables.POLICY_ID));
        Set<String> ownPolicy = journal.ours(execution.getProcessInstanceId(), List.of(policyId));
        List<Assignment> assignments = notOurs(execution, unlessGone(() -> pingone.listAssignments(application.id()), isGone, clock),
            Assignment::id).stream().filter(assignment -> !ownPolicy.contains(assignment.policyId())).toList();
        return Stream.concat(grants.stream().map(grant -> "grant %s of resource %s".formatted(grant.id(), grant.resourceId())),
            assignments.stream().map(assignment -> "assignment %s of sign-on policy %s".formatted(assignment.id(), assignment.policyId())))
            .toList();
    }

    /**
     * Nobody else uses what is not there. That it is not, PingOne has to say twice: its deletion would not find out.
     *
     * @throws UnsettledException where PingOne contradicts itself
     */
    static <T> List<T> unlessGone(Supplier<List<T>> list, BooleanSupplier isGone, Clock clock) {
        try {
            return list.get();
        } catch (PingOneException failure) {
            if (!failure.isNotFound()) {
                throw failure;
            }
            if (!isGone.getAsBoolean()) {
                throw UnsettledException.until(clock.instant().plus(UNTIL_PINGONE_AGREES),
                    "Nothing was deleted, since it is not known who uses it: " + failure.getMessage());
            }
            return List.of();
        }
    }

    private <T> List<T> notOurs(DelegateExecution execution, List<T> found, Function<T, String> id) {
        Set<String> ours = journal.ours(execution.getProcessInstanceId(), found.stream().map(id).toList());
        return found.stream().filter(one -> !ours.contains(id.apply(one))).toList();
    }

    /**
     * What is read for an undo is read after it was asked for. Rows of a roll-out, which are many, share what is a little older, though
     * not older than the decision that undoes them.
     */
    private Instant since(DelegateExecution execution, Made policy) {
        Instant asked = currentJob.get().getCreateTime().toInstant();
        if (!sharesScan(execution)) {
            // What was seen before an attempt that failed may have changed since.
            return journal.lastDeletion(execution.getProcessInstanceId()).filter(asked::isBefore).orElse(asked);
        }
        Instant decided = rollOuts.find(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT)).map(RollOut::decidedAt)
            .orElse(Instant.MIN);
        return Stream.of(policy.at(), asked.minus(AssignmentScan.OLDEST), decided).max(Instant::compareTo).orElseThrow();
    }

    /**
     * Whether the row is one of many that are undone together. Not so that of a policy that others share, which comes last, and once; nor
     * one that a person has asked to undo.
     */
    private static boolean sharesScan(DelegateExecution execution) {
        return ProcessVariables.isRow(execution) && ProcessVariables.number(execution, ProcessVariables.LINE) > 0
            && ProcessVariables.text(execution, ProcessVariables.ROLLED_BACK_BY) == null;
    }
}
