package org.signonflow.process.step;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.Job;
import org.signonflow.change.Changes;
import org.signonflow.change.FlowVariables;
import org.signonflow.journal.Absence;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Journal;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Checks, before an instance's objects are deleted, who else uses them: PingOne unassigns a deleted policy from every application, and
 * deletes an application's grants and assignments along with it.
 */
@Component
class UsageByOthers {

    /** How many users are named, after rereading them. */
    private static final int MOST_NAMED = 5;
    private static final int READS_OF_APPLICATION = 2;
    private static final int READS_OF_POLICY = 1;
    /** If deletions take longer than this, the check is repeated before the next one. */
    private static final Duration LONGEST_BEFORE_DELETION = Duration.ofSeconds(10);
    /** For how long a retry may reuse the check of a failed attempt: the first retries come sooner. */
    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 10_000;

    private final PolicyUses policyUses;
    private final Journal journal;
    private final CurrentJob currentJob;
    private final RollOuts rollOuts;
    private final Changes changes;
    private final Clock clock;
    private final Map<String, Check> checks = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Check> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    /**
     * The state of an instance's check which applications use its policy, across as many attempts as that takes.
     *
     * @param since          only what was read since then counts
     * @param readAt         when everything was read and deletion could start; null until then
     * @param checkedAt      when the usage by others was known; null until then
     * @param resumableUntil until when it may be resumed; later, it starts over
     */
    private record Check(Instant since, Instant readAt, Instant checkedAt, Instant resumableUntil) {

        static Check from(Instant since, Instant nextAttempt) {
            return new Check(since, null, null, nextAttempt.plus(LONGEST_PAUSE));
        }

        Check read(Instant now) {
            return new Check(since, now, null, now.plus(LONGEST_PAUSE));
        }

        /** @param resumable whether another attempt may resume it; otherwise the next one starts over, and sees the state at that time */
        Check checked(Instant now, boolean resumable) {
            return new Check(since, readAt, now, resumable ? resumableUntil : Instant.MIN);
        }

        boolean mayResume(Instant now) {
            return !now.isAfter(resumableUntil) && (readAt == null || !now.isAfter(readAt.plus(LONGEST_AFTER_FAILURE)));
        }
    }

    UsageByOthers(PolicyUses policyUses, Journal journal, CurrentJob currentJob, RollOuts rollOuts, Changes changes, Clock clock) {
        this.policyUses = policyUses;
        this.journal = journal;
        this.currentJob = currentJob;
        this.rollOuts = rollOuts;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Returns once it is known which applications use the policies among these objects.
     *
     * @param alsoAwait what else to wait for
     * @throws Postponed until then
     */
    void await(DelegateExecution execution, List<CreatedObject> made, Runnable alsoAwait) {
        String instance = execution.getProcessInstanceId();
        Instant since = since(execution);
        Check check = Check.from(since, clock.instant());
        checks.put(instance, check);
        try {
            for (CreatedObject one : made) {
                if (one.kind() == Kind.SIGN_ON_POLICY) {
                    policyUses.await(execution, since.isBefore(one.at()) ? one.at() : since);
                }
            }
            alsoAwait.run();
            checks.put(instance, check.read(clock.instant()));
        } catch (Postponed waits) {
            checks.put(instance, Check.from(since, waits.until()));
            throw waits;
        }
    }

    /** How many calls {@link #of} makes if nobody else uses anything. */
    int reads(List<CreatedObject> made) {
        return made.stream().mapToInt(one -> one.kind() == Kind.APPLICATION ? READS_OF_APPLICATION
            : one.kind() == Kind.SIGN_ON_POLICY ? READS_OF_POLICY : 0).sum();
    }

    /**
     * Which of these objects others use; to be called after {@link #await}.
     *
     * @return who uses it, such as {@code another application uses it: Shop}, by the object's id
     */
    Map<String, String> of(DelegateExecution execution, PingOneClient pingone, List<CreatedObject> made) {
        Map<String, String> used = new LinkedHashMap<>();
        for (CreatedObject one : made) {
            if (one.kind() == Kind.SIGN_ON_POLICY) {
                List<String> users = ofPolicy(execution, pingone, one);
                note(used, one, ProcessVariables.isUndo(execution) ? "others have assigned it"
                    : users.size() == 1 ? "another application uses it" : "%,d other applications use it".formatted(users.size()), users);
                if (users.isEmpty()) {
                    note(used, one, "others added to it", actionsOfOthers(execution, pingone, one));
                }
            } else if (one.kind() == Kind.APPLICATION) {
                note(used, one, "others added what would be deleted with it", ofApplication(execution, pingone, one));
            }
        }
        checks.computeIfPresent(execution.getProcessInstanceId(), (instance, check) -> check.checked(clock.instant(), used.isEmpty()));
        return used;
    }

    /**
     * Called right before a deletion: the check must be recent enough that nobody has started to use the object since.
     *
     * @throws Postponed if earlier deletions of the same undo took too long, so that the check is repeated
     */
    void requireFresh(DelegateExecution execution, Kind kind) {
        Check check = checks.get(execution.getProcessInstanceId());
        Instant now = clock.instant();
        if ((kind == Kind.SIGN_ON_POLICY || kind == Kind.APPLICATION) && check != null && check.checkedAt() != null
            && now.isAfter(check.checkedAt().plus(LONGEST_BEFORE_DELETION))) {
            checks.put(execution.getProcessInstanceId(), Check.from(now, now));
            throw new Postponed(now, "Checking again who uses what is to be deleted.");
        }
    }

    /**
     * Who of our own has come to use an object since that was checked. PingOne is not asked: that has been done, and may
     * date from minutes ago where many rows share it.
     */
    Optional<String> sinceChecked(DelegateExecution execution, CreatedObject made) {
        String instance = execution.getProcessInstanceId();
        Check check = checks.get(instance);
        Instant since = check == null ? clock.instant().minus(AssignmentScan.OLDEST) : check.since();
        Map<String, String> used = new LinkedHashMap<>();
        if (made.kind() == Kind.APPLICATION || made.kind() == Kind.GRANT && ProcessVariables.isUndo(execution)) {
            String application = made.kind() == Kind.GRANT ? made.parentId() : made.id();
            note(used, made, "others added what would be deleted with it",
                journal.createdByOthersIn(instances(execution), application, since).stream()
                    .map(entry -> "%s of instance %s".formatted(entry.naturalKey(), entry.step().instanceId())).toList());
        } else if (made.kind() == Kind.ASSIGNMENT && ProcessVariables.isUndo(execution)) {
            // What is assigned besides was shown to the approvers.
            note(used, made, "another change assigns a policy to the application",
                journal.createdByOthersIn(instances(execution), made.parentId(), since).stream()
                    .filter(entry -> entry.kind() == Kind.ASSIGNMENT).map(entry -> "instance " + entry.step().instanceId()).toList());
        } else if (made.kind() == Kind.SIGN_ON_POLICY) {
            note(used, made, "another roll-out assigns it", rollOuts.assigning(made.id(), since.minus(Journal.CLOCK_TOLERANCE)).stream()
                .filter(rollOut -> !rollOut.id().equals(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT)))
                .filter(rollOut -> rollOut.endedAt() != null || isRunning(execution, rollOut))
                .map(RollOut::name).toList());
        }
        return Optional.ofNullable(used.get(made.id()));
    }

    /** One that was deleted in Cockpit never ends. */
    private static boolean isRunning(DelegateExecution execution, RollOut rollOut) {
        return execution.getProcessEngineServices().getRuntimeService().createProcessInstanceQuery().processInstanceId(rollOut.id())
            .count() > 0;
    }

    private static void note(Map<String, String> used, CreatedObject made, String how, List<String> uses) {
        if (!uses.isEmpty()) {
            String more = uses.size() > MOST_NAMED ? " and %,d more".formatted(uses.size() - MOST_NAMED) : "";
            used.put(made.id(), "%s: %s%s".formatted(how, String.join(", ", uses.subList(0, Math.min(MOST_NAMED, uses.size()))), more));
        }
    }

    private List<String> ofPolicy(DelegateExecution execution, PingOneClient pingone, CreatedObject policy) {
        // The policy was created for this application; an assignment to it, whoever made it, is not use by others, unless it was completed.
        String own = ProcessVariables.text(execution, FlowVariables.APPLICATION_ID);
        List<Use> uses = notOurs(execution, policyUses.of(execution, policy.id()).stream()
            .filter(use -> ProcessVariables.isUndo(execution) || !use.applicationId().equals(own)).toList(), Use::assignmentId);
        List<String> users = policyUses.still(execution, pingone, policy.id(), uses, MOST_NAMED).stream().map(Use::toString).toList();
        if (!users.isEmpty() && !sharesScan(execution)) {
            policyUses.forget(execution);
        }
        return users;
    }

    private List<String> actionsOfOthers(DelegateExecution execution, PingOneClient pingone, CreatedObject policy) {
        return notOurs(execution, Absence.unlessGone(pingone, Kind.SIGN_ON_POLICY, policy.id(),
            () -> pingone.listActions(policy.id()), clock), Action::id).stream()
            .map(action -> "action %s (%s)".formatted(action.id(), action.type())).toList();
    }

    private List<String> ofApplication(DelegateExecution execution, PingOneClient pingone, CreatedObject application) {
        List<Grant> grants = notOurs(execution, Absence.unlessGone(pingone, Kind.APPLICATION, application.id(),
            () -> pingone.listGrants(application.id()), clock), Grant::id);
        String policyId = String.valueOf(ProcessVariables.text(execution, FlowVariables.POLICY_ID));
        Set<String> ownPolicy = journal.ours(instances(execution), List.of(policyId));
        List<Assignment> assignments = notOurs(execution, Absence.unlessGone(pingone, Kind.APPLICATION, application.id(),
            () -> pingone.listAssignments(application.id()), clock), Assignment::id).stream()
            .filter(assignment -> ProcessVariables.isUndo(execution) || !ownPolicy.contains(assignment.policyId())).toList();
        return Stream.concat(grants.stream().map(grant -> "grant %s of resource %s".formatted(grant.id(), grant.resourceId())),
            assignments.stream().map(assignment -> "assignment %s of sign-on policy %s".formatted(assignment.id(), assignment.policyId())))
            .toList();
    }

    private <T> List<T> notOurs(DelegateExecution execution, List<T> found, Function<T, String> id) {
        Set<String> ours = journal.ours(makers(execution), found.stream().map(id).toList());
        return found.stream().filter(one -> !ours.contains(id.apply(one))).toList();
    }

    /** The instances whose objects do not count as use by others. */
    private Set<String> makers(DelegateExecution execution) {
        // Before the policy that its rows share, the undo of a roll-out unassigns it from their applications.
        return isSharedPolicy(execution) && "Task_FindUses".equals(execution.getCurrentActivityId())
            ? changes.instancesOf(rollOuts.undoneWith(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT))).keySet()
            : instances(execution);
    }

    private Set<String> instances(DelegateExecution execution) {
        return changes.instancesOf(ProcessVariables.changeOf(execution));
    }

    private static boolean isSharedPolicy(DelegateExecution execution) {
        return ProcessVariables.isRow(execution) && ProcessVariables.number(execution, ProcessVariables.LINE) <= 0;
    }

    /**
     * An undo reads after it was requested, after the last deletion, and not long before the next one. A retry resumes the reading of a
     * failed attempt, or in large environments no attempt would ever finish. The many rows of a roll-out that is rolled back share a scan
     * that may be slightly older, but not older than the decision to undo them; except for the last attempt, and for undos that a person
     * requested.
     */
    private Instant since(DelegateExecution execution) {
        Job job = currentJob.get();
        Instant asked = job.getCreateTime().toInstant();
        boolean hasFailed = currentJob.hasFailedBefore();
        if (sharesScan(execution) && !(hasFailed && job.getRetries() <= 1)) {
            return ProcessVariables.isUndo(execution) ? sinceOfUndoneRow(execution)
                : later(rollOut(execution).map(RollOut::undoneSince).orElse(Instant.MIN), asked.minus(AssignmentScan.OLDEST));
        }
        Check before = checks.get(execution.getProcessInstanceId());
        Instant now = clock.instant();
        // The scan that a row shared before is older.
        boolean isOwn = before != null && !before.since().isBefore(asked);
        Instant since = !isOwn ? hasFailed ? now : asked : before.mayResume(now) ? before.since() : now;
        return later(since, journal.lastDeletion(instances(execution)).orElse(Instant.MIN));
    }

    /**
     * What a roll-out has completed may have come into use long ago or just now: the rows of its undo share only what was read in the last
     * moments, or within the time that reading everything twice takes, or that would never end. Nothing counts that is older than the
     * request, and once it is approved than the approval.
     */
    private Instant sinceOfUndoneRow(DelegateExecution execution) {
        Instant now = clock.instant();
        // Twice: a job waits for its turn before it reads, and again before it deletes.
        Duration took = policyUses.took(execution).multipliedBy(2);
        Duration shared = took.compareTo(LONGEST_BEFORE_DELETION) > 0 ? took : LONGEST_BEFORE_DELETION;
        Check before = checks.get(execution.getProcessInstanceId());
        boolean stillReads = before != null && before.readAt() == null && before.mayResume(now)
            && !policyUses.isKnown(execution, before.since());
        Instant decided = rollOut(execution).map(rollOut -> rollOut.undoneSince() == null ? rollOut.requestedAt() : rollOut.undoneSince())
            .orElse(Instant.MIN);
        return later(decided, stillReads ? before.since() : now.minus(shared));
    }

    private Optional<RollOut> rollOut(DelegateExecution execution) {
        return rollOuts.find(ProcessVariables.text(execution, ProcessVariables.ROLL_OUT));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * Whether the row is one of many that are undone together. Not the row of a shared policy, which comes last and only once, nor a row
     * that a person rolled back.
     */
    private static boolean sharesScan(DelegateExecution execution) {
        return ProcessVariables.isRow(execution) && !isSharedPolicy(execution)
            && ProcessVariables.text(execution, ProcessVariables.ROLLED_BACK_BY) == null;
    }
}
