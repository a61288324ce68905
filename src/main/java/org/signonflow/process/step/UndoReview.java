package org.signonflow.process.step;

import static org.signonflow.process.ProcessVariables.text;

import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.signonflow.change.Assigned;
import org.signonflow.change.Digests;
import org.signonflow.change.Drift;
import org.signonflow.change.FlowVariables;
import org.signonflow.change.InWords;
import org.signonflow.change.PlainText;
import org.signonflow.journal.Absence;
import org.signonflow.journal.CreatedObject;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Outcome;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.signonflow.pingone.SignOnPolicy;
import org.signonflow.process.Failures;
import org.signonflow.process.ProcessVariables;
import org.springframework.stereotype.Component;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out what the undo of a completed change would delete, what it would leave and why, and how users sign on without it. */
@Component
class UndoReview {

    /** The policies, and the application's assignments. */
    private static final int LISTS = 2;
    private static final int MOST_NAMED = 5;
    private static final String APPLICATION_GONE = "Nobody: the application is gone";
    private static final String GONE = ": gone already";

    private final PingOneAccess access;
    private final Undo undo;
    private final UsageByOthers usageByOthers;
    private final Clock clock;

    UndoReview(PingOneAccess access, Undo undo, UsageByOthers usageByOthers, Clock clock) {
        this.access = access;
        this.undo = undo;
        this.usageByOthers = usageByOthers;
        this.clock = clock;
    }

    /**
     * What there is to decide on.
     *
     * @param problem why nothing can be undone; null if it can
     * @param goes    what would be deleted, as people read it
     * @param stays   what would not, and why
     * @param digest  of all data, to tell whether anything has changed since
     */
    record Found(String problem, String signOnNow, String signOnAfter, List<String> goes, List<String> stays, boolean deletesPolicy,
                 boolean deletesApplication, String digest) {
    }

    /** Takes the permits for {@link #read}, once it is known who uses the policy, and returns how many those are. */
    int takePermits(DelegateExecution execution) {
        return takePermits(execution, looksAt(execution), LISTS);
    }

    /** Takes the permits to check and delete one object, once it is known who uses it, and returns how many those are. */
    int takePermits(DelegateExecution execution, CreatedObject made) {
        return comparesAll(made) ? takePermits(execution, looksAt(execution), LISTS + 1)
            : takePermits(execution, with(execution, made), 1);
    }

    private int takePermits(DelegateExecution execution, List<CreatedObject> made, int besides) {
        int calls = besides + made.size() + usageByOthers.reads(made);
        usageByOthers.await(execution, made, () -> access.permits().take(execution, calls));
        return calls;
    }

    /** Whether the policy is to be unassigned before anything else is looked at. */
    static boolean isAtOnce(DelegateExecution execution) {
        return ProcessVariables.isUrgent(execution) && !execution.hasVariable(ProcessVariables.UNASSIGNED_AT);
    }

    /** Who uses a policy is not known within seconds, and does not matter as long as only its assignment is deleted. */
    private List<CreatedObject> looksAt(DelegateExecution execution) {
        return undo.remaining(execution).stream().filter(made -> !isAtOnce(execution) || made.kind() == Kind.ASSIGNMENT).toList();
    }

    /** Reads PingOne. */
    Found read(DelegateExecution execution, PingOneClient pingone) {
        String applicationId = text(execution, FlowVariables.APPLICATION_ID);
        List<SignOnPolicy> policies = pingone.listSignOnPolicies();
        // A policy that others share has none.
        List<Assignment> assignments = applicationId == null ? List.of() : Absence.unlessGone(pingone, Kind.APPLICATION, applicationId,
            () -> pingone.listAssignments(applicationId), clock);
        List<CreatedObject> made = looksAt(execution);
        Set<String> gone = new HashSet<>();
        Map<String, String> stays = objections(execution, pingone, made, gone);
        gone.removeIf(id -> access.mayAppear(execution, ProcessVariables.changeOf(execution), List.of(id)) != null);
        String problem = made.isEmpty() && !ProcessVariables.isUrgent(execution) ? "Nothing of it is left in PingOne."
            : of(made, Kind.ASSIGNMENT).map(CreatedObject::id).map(stays::get)
            .map("The policy is no longer assigned as the change assigned it: %s. Nothing was undone."::formatted).orElse(null);
        keepTogether(execution, made, stays);
        List<CreatedObject> goes = made.stream().filter(one -> !stays.containsKey(one.id())).toList();
        List<String> staying = made.stream().filter(one -> stays.containsKey(one.id()))
            .map(one -> "%s: %s".formatted(one, stays.get(one.id()))).toList();
        if (problem == null && applicationId == null && goes.isEmpty()) {
            // Its change goes on to be in effect, so that it can be undone once nobody uses the policy any more.
            problem = "Nothing was undone. It stays: %s.".formatted(String.join("; ", staying));
        }
        boolean deletesApplication = of(goes, Kind.APPLICATION).isPresent();
        String unassigned = of(goes, Kind.ASSIGNMENT).map(CreatedObject::id).orElse(null);
        List<Assignment> left = assignments.stream().filter(assignment -> !assignment.id().equals(unassigned)).toList();
        SignOnPolicy fallback = SignOnPolicy.defaultOf(policies);
        boolean isApplicationGone = applicationId != null && gone.contains(applicationId);
        return new Found(problem, applicationId == null ? null : isApplicationGone ? APPLICATION_GONE
                : InWords.by(Assigned.besides(null, assignments, policies), fallback),
            applicationId == null ? null : isApplicationGone ? APPLICATION_GONE : deletesApplication ? "Nobody: the application is deleted"
                : InWords.by(Assigned.besides(null, left, policies), fallback),
            goes.stream().map(one -> one + (gone.contains(one.id()) ? GONE : "")).toList(), staying,
            of(goes, Kind.SIGN_ON_POLICY).isPresent(), deletesApplication, digest(problem, made, staying, assignments, fallback));
    }

    /** An application and what it was granted go together, or stay together. */
    private static void keepTogether(DelegateExecution execution, List<CreatedObject> made, Map<String, String> stays) {
        Optional<CreatedObject> application = of(made, Kind.APPLICATION);
        Optional<CreatedObject> grant = of(made, Kind.GRANT);
        if (text(execution, ProcessVariables.KEEP) != null) {
            application.ifPresent(one -> stays.putIfAbsent(one.id(), "it is to be kept"));
        }
        if (grant.map(CreatedObject::id).filter(stays::containsKey).isPresent()) {
            application.ifPresent(one -> stays.putIfAbsent(one.id(), "what it was granted stays"));
        }
        if (application.map(CreatedObject::id).filter(stays::containsKey).isPresent()) {
            grant.ifPresent(one -> stays.putIfAbsent(one.id(), "the application stays"));
        }
    }

    private static Optional<CreatedObject> of(List<CreatedObject> made, Kind kind) {
        return made.stream().filter(one -> one.kind() == kind).findFirst();
    }

    /** Whether its own assignment is still there does not matter: it may have been deleted, and the reply lost. */
    private static String digest(String problem, List<CreatedObject> made, List<String> stays, List<Assignment> assignments,
                                 SignOnPolicy fallback) {
        Set<String> own = made.stream().map(CreatedObject::id).collect(Collectors.toSet());
        return Digests.sha256(Stream.of(Stream.of(Objects.requireNonNullElse(problem, "")), own.stream().sorted(),
            stays.stream().map(reason -> Stream.of(reason.split(", ")).sorted().collect(Collectors.joining(", "))),
            assignments.stream().filter(assignment -> !own.contains(assignment.id()))
                .map(assignment -> "%s %s %d".formatted(assignment.id(), assignment.policyId(), assignment.priority())).sorted(),
            Stream.of(fallback == null ? "" : fallback.id())).flatMap(part -> part).collect(Collectors.joining("\n")));
    }

    /**
     * Why objects are not to be deleted: somebody has changed them, or uses them. To be called after {@link UsageByOthers#await}.
     *
     * @param gone is given the ids of those that are not there any more
     * @return the reason by the object's id
     */
    private Map<String, String> objections(DelegateExecution execution, PingOneClient pingone, List<CreatedObject> made, Set<String> gone) {
        Map<String, String> stays = new LinkedHashMap<>(usageByOthers.of(execution, pingone, made));
        List<Entry> entries = access.journal().of(access.instances(execution));
        Set<String> doubtful = entries.stream().filter(entry -> entry.outcome() == Outcome.FOUND).map(Entry::pingOneId)
            .collect(Collectors.toSet());
        made.stream().filter(one -> doubtful.contains(one.id())).forEach(found ->
            stays.putIfAbsent(found.id(), "the reply to its creation was lost, so that it may be someone else's"));
        for (CreatedObject one : made) {
            if (!stays.containsKey(one.id())) {
                List<String> changed = new ArrayList<>(changes(pingone, entries, one, gone));
                if (one.kind() == Kind.SIGN_ON_POLICY) {
                    // An action is deleted with its policy.
                    entries.stream().filter(entry -> entry.kind() == Kind.ACTION && one.id().equals(entry.parentId()))
                        .filter(Entry::hasMade).map(Entry::made).forEach(action -> changed.addAll(changes(pingone, entries, action, gone)));
                }
                if (!changed.isEmpty()) {
                    stays.put(one.id(), "others changed it: " + String.join(", ", changed.subList(0, Math.min(MOST_NAMED, changed.size())))
                        + (changed.size() > MOST_NAMED ? " and %,d more".formatted(changed.size() - MOST_NAMED) : ""));
                }
            }
        }
        return stays;
    }

    /** What is no longer as it was sent; nothing if it is gone, or if a version created it that did not record what it sent. */
    private List<String> changes(PingOneClient pingone, List<Entry> entries, CreatedObject made, Set<String> gone) {
        Optional<String> sent = entries.stream().filter(entry -> entry.action() == Entry.Action.CREATE
            && made.id().equals(entry.pingOneId())).map(Entry::sent).filter(Objects::nonNull).findFirst();
        try {
            return sent.isEmpty() ? List.of() : Drift.of(made.kind(), sent.get(),
                pingone.read(made.kind(), made.parentId(), made.id())).stream().map(Drift::toString).toList();
        } catch (PingOneException failure) {
            if (!failure.isNotFound()) {
                throw failure;
            }
            if (Absence.unlessGone(pingone, made.kind().parent(), made.parentId(), () -> made.kind().ids(pingone, made.parentId()), clock)
                .contains(made.id())) {
                throw Absence.contradicted(clock, failure.getMessage());
            }
            gone.add(made.id());
            return List.of();
        }
    }

    /** An application that stays needs what it was granted. */
    private List<CreatedObject> with(DelegateExecution execution, CreatedObject made) {
        return made.kind() != Kind.GRANT ? List.of(made) : undo.remaining(execution).stream()
            .filter(one -> one.kind() == Kind.GRANT || one.kind() == Kind.APPLICATION).toList();
    }

    /** Users sign on otherwise as soon as the policy is unassigned: then everything has to be as it was shown. */
    private static boolean comparesAll(CreatedObject made) {
        return made.kind() == Kind.ASSIGNMENT;
    }

    /** @throws BpmnError if others have done something since it was approved: the approvers are asked again */
    void requireAsShown(DelegateExecution execution, PingOneClient pingone, CreatedObject made) {
        if (comparesAll(made)) {
            if (!read(execution, pingone).digest().equals(text(execution, ProcessVariables.SHOWN))) {
                throw new BpmnError(Failures.CHANGED_SINCE_APPROVAL,
                    "Who uses it, or how users of the application sign on, was changed in PingOne after it was shown.");
            }
            return;
        }
        objections(execution, pingone, with(execution, made), new HashSet<>()).values().stream().findFirst().ifPresent(reason -> {
            throw new BpmnError(Failures.CHANGED_SINCE_APPROVAL, PlainText.oneLine("The %s was not deleted: %s.".formatted(made, reason)));
        });
    }
}
