package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Absence;
import org.signonflow.journal.Journal;
import org.signonflow.journal.Made;
import org.signonflow.pingone.Action;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Grant;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.process.CurrentJob;
import org.signonflow.process.Postponed;
import org.signonflow.process.ProcessVariables;
import org.signonflow.process.step.AssignmentScan.Use;
import org.signonflow.rollout.RollOut;
import org.signonflow.rollout.RollOuts;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
    private static final Duration LONGEST_BEFORE_DELETION = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 10_000;

    private final PolicyUses policyUses;
    private final Journal journal;
    private final CurrentJob currentJob;
    private final RollOuts rollOuts;
    private final Clock clock;
    private final String policyStep;
    private final String applicationStep;
    private final Map<String, Waiting> waiting = remembered();
    private final Map<String, Instant> lookedAt = remembered();

    /**
     * An attempt that has to wait, and is gone on with.
     *
     * @param since when it began
     * @param word  what it left on its job; another attempt since has left another
     */
    private record Waiting(Instant since, String word) {
    }

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

    private static <T> Map<String, T> remembered() {
        return Collections.synchronizedMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST_REMEMBERED;
            }
        });
    }

    /**
     * Returns when it is known which applications use the policies among these.
     *
     * @param turn what is waited for besides
     * @throws Postponed until then
     */
    void await(DelegateExecution execution, List<Made> made, Runnable turn) {
        Instant since = since(execution);
        lookedAt.remove(execution.getProcessInstanceId());
        try {
            for (Made one : made) {
                if (one.step().equals(policyStep)) {
                    policyUses.await(execution, since.isBefore(one.at()) ? one.at() : since);
                }
            }
            turn.run();
        } catch (Postponed waits) {
            waiting.put(execution.getProcessInstanceId(), new Waiting(since, waits.getMessage()));
            throw waits;
        }
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
        lookedAt.put(execution.getProcessInstanceId(), clock.instant());
        return used;
    }

    /**
     * Right before something is deleted: nothing may have come to use it since it was looked.
     *
     * @throws Postponed where an earlier deletion of the same undo took long, so that it is looked once more
     */
    void requireFresh(DelegateExecution execution, String step) {
        Instant looked = lookedAt.get(execution.getProcessInstanceId());
        if ((step.equals(policyStep) || step.equals(applicationStep)) && looked != null
            && clock.instant().isAfter(looked.plus(LONGEST_BEFORE_DELETION))) {
            Waiting again = new Waiting(clock.instant(), "Looks once more who uses what is to be deleted.");
            waiting.put(execution.getProcessInstanceId(), again);
            throw new Postponed(again.since(), again.word());
        }
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
        return notOurs(execution, Absence.unlessGone(pingone, Kind.SIGN_ON_POLICY, policy.id(),
            () -> pingone.listActions(policy.id()), clock), Action::id).stream()
            .map(action -> "action %s (%s)".formatted(action.id(), action.type())).toList();
    }

    private List<String> ofApplication(DelegateExecution execution, PingOneClient pingone, Made application) {
        List<Grant> grants = notOurs(execution, Absence.unlessGone(pingone, Kind.APPLICATION, application.id(),
            () -> pingone.listGrants(application.id()), clock), Grant::id);
        String policyId = String.valueOf(ProcessVariables.text(execution, FlowVariables.POLICY_ID));
        Set<String> ownPolicy = journal.ours(execution.getProcessInstanceId(), List.of(policyId));
        List<Assignment> assignments = notOurs(execution, Absence.unlessGone(pingone, Kind.APPLICATION, application.id(),
            () -> pingone.listAssignments(application.id()), clock), Assignment::id).stream()
            .filter(assignment -> !ownPolicy.contains(assignment.policyId())).toList();
        return Stream.concat(grants.stream().map(grant -> "grant %s of resource %s".formatted(grant.id(), grant.resourceId())),
            assignments.stream().map(assignment -> "assignment %s of sign-on policy %s".formatted(assignment.id(), assignment.policyId())))
            .toList();
    }

    private <T> List<T> notOurs(DelegateExecution execution, List<T> found, Function<T, String> id) {
        Set<String> ours = journal.ours(execution.getProcessInstanceId(), found.stream().map(id).toList());
        return found.stream().filter(one -> !ours.contains(id.apply(one))).toList();
    }

    /**
     * What is read for an undo is read after it was asked for, and anew for each attempt after one that failed. Rows of a roll-out, which
     * are many, share what is a little older, though not older than the decision that undoes them; but for the last attempt, and those
     * that a person asks for.
     */
    private Instant since(DelegateExecution execution) {
        Waiting before = waiting.remove(execution.getProcessInstanceId());
        Job job = currentJob.get();
        boolean isRetried = job.getRetries() <= 1 && currentJob.hasFailedBefore();
        if (sharesScan(execution) && !isRetried) {
            Instant decided = rollOuts.find(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT)).map(RollOut::undoneSince)
                .orElse(Instant.MIN);
            Instant young = job.getCreateTime().toInstant().minus(AssignmentScan.OLDEST);
            return decided.isAfter(young) ? decided : young;
        }
        boolean goesOn = before != null && before.word().equals(job.getExceptionMessage());
        return goesOn ? before.since() : currentJob.hasFailedBefore() ? clock.instant() : job.getCreateTime().toInstant();
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
