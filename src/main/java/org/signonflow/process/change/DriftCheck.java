package org.signonflow.process.change;

import org.signonflow.change.Assigned;
import org.signonflow.change.Change;
import org.signonflow.change.ChangeEngine;
import org.signonflow.change.ChangeState;
import org.signonflow.change.Changes;
import org.signonflow.change.Checks;
import org.signonflow.change.Comparison;
import org.signonflow.change.DriftState;
import org.signonflow.change.Finding;
import org.signonflow.change.Flow;
import org.signonflow.journal.Entry;
import org.signonflow.journal.Journal;
import org.signonflow.journal.UnsettledException;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneEnvironments;
import org.signonflow.pingone.PingOneException;
import org.signonflow.quota.Lane;
import org.signonflow.quota.Quota;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Compares completed changes with PingOne: one that a person asks for, or all of an environment, by one node at a time. What has been
 * compared is recorded change by change, so that whoever goes on after a crash finds what is left. Each environment has a thread of its
 * own: one that does not answer holds up no other.
 */
@Component
class DriftCheck implements DisposableBean {

    /** How many changes share a list of all applications and one of all policies. */
    private static final int AT_A_TIME = 500;
    private static final int LISTS = 2;
    private static final Duration OLDEST_LIST = Duration.ofMinutes(5);
    private static final Duration LEASE = Duration.ofMinutes(3);
    /** If so many changes in a row cannot be compared, none can for now. */
    private static final int MOST_FAILURES = 3;
    private static final Duration AFTER_FAILURE = Duration.ofHours(1);
    private static final Duration WHEN_NONE_IS_DUE = Duration.ofMinutes(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    /** How long a person waits, and when no further call is made for one. */
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(10);
    private static final int MOST_ASKED = 8;

    private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);

    private final Changes changes;
    private final Checks checks;
    private final Comparison comparison;
    private final Journal journal;
    private final PingOneEnvironments environments;
    private final Quota quota;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final CheckSchedule schedule;
    private final Duration callTimeout;
    private final String node = UUID.randomUUID().toString();
    private final Map<String, Thread> running = new ConcurrentHashMap<>();
    private final Map<String, Instant> nextLook = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<Void>> asked = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor askedFor = new ThreadPoolExecutor(0, MOST_ASKED, 30, TimeUnit.SECONDS, new SynchronousQueue<>(),
        task -> daemon(task, "check"));
    private volatile boolean stopped;

    DriftCheck(Changes changes, Checks checks, Comparison comparison, Journal journal, PingOneEnvironments environments, Quota quota,
               PlatformTransactionManager transactions, Clock clock, @Value("${signonflow.drift.check}") CheckSchedule schedule,
               @Value("${signonflow.http.call-timeout}") Duration callTimeout) {
        this.changes = changes;
        this.checks = checks;
        this.comparison = comparison;
        this.journal = journal;
        this.environments = environments;
        this.quota = quota;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        this.schedule = schedule;
        this.callTimeout = callTimeout;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void destroy() {
        stopped = true;
        askedFor.shutdownNow();
        running.values().forEach(Thread::interrupt);
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    void look() {
        if (schedule == CheckSchedule.OFF) {
            return;
        }
        Instant now = clock.instant();
        for (String alias : environments.aliases()) {
            if (!now.isBefore(nextLook.getOrDefault(alias, Instant.MIN))) {
                running.computeIfAbsent(alias, name -> {
                    Thread run = daemon(() -> runInBackground(name, schedule.since(now)), "drift-check " + name);
                    run.start();
                    return run;
                });
            }
        }
    }

    private void runInBackground(String alias, Instant since) {
        try {
            run(alias, since);
        } catch (RuntimeException failed) {
            if (!stopped) {
                LOG.warn("The check of the changes in {} was broken off, and goes on in a minute: {}", alias, failed.toString());
            }
        } finally {
            running.remove(alias);
        }
    }

    /** Compares all changes of an environment that have not been compared since then, unless another node does. */
    void run(String alias, Instant since) {
        // Those that fail meanwhile are not tried again at once.
        Instant failedBefore = clock.instant().minus(AFTER_FAILURE);
        Run run = new Run(alias, since, failedBefore);
        try {
            List<Change> due = checks.due(alias, since, failedBefore, AT_A_TIME);
            while (!due.isEmpty() && run.holds() && run.compare(due)) {
                due = checks.due(alias, since, failedBefore, AT_A_TIME);
            }
            if (due.isEmpty()) {
                nextLook.put(alias, clock.instant().plus(WHEN_NONE_IS_DUE));
            }
        } finally {
            run.end();
        }
    }

    /** The check of one environment's changes. */
    private final class Run {

        private final String alias;
        private final Instant since;
        private final Instant failedBefore;
        private final PingOneClient pingone;
        private Instant leasedUntil = Instant.MIN;
        private int compared;
        private int differ;
        private int failed;

        private Run(String alias, Instant since, Instant failedBefore) {
            this.alias = alias;
            this.since = since;
            this.failedBefore = failedBefore;
            this.pingone = environments.client(alias).withTransaction(null)
                .whileThereIsTime(() -> !stopped && clock.instant().plus(callTimeout).isBefore(leasedUntil));
        }

        /** Whether this node may go on. */
        private boolean holds() {
            Instant now = clock.instant();
            if (!stopped && now.plus(LEASE.multipliedBy(2).dividedBy(3)).isAfter(leasedUntil)) {
                leasedUntil = isLeased() ? now.plus(LEASE) : Instant.MIN;
            }
            return !stopped && now.isBefore(leasedUntil);
        }

        private boolean isLeased() {
            try {
                return checks.lease(alias, node, LEASE);
            } catch (DuplicateKeyException anotherWasFaster) {
                return false;
            }
        }

        /** Waits until it is a check's turn; false if this node may not go on. */
        private boolean mayCall(int calls) {
            while (holds()) {
                Duration wait = calls == 0 ? Duration.ZERO : quota.take(alias, Lane.CHECK, calls, false);
                if (wait.isZero()) {
                    return true;
                }
                try {
                    Thread.sleep(Math.max(SHORTEST_PAUSE.toMillis(), Math.min(LONGEST_PAUSE.toMillis(), wait.toMillis())));
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return false;
        }

        /** @return false if it does not go on now */
        private boolean compare(List<Change> due) {
            Map<String, String> instances = changes.instancesOf(due.stream().map(Change::id).toList());
            Map<String, List<Entry>> entries = journal.of(instances.keySet()).stream()
                .collect(Collectors.groupingBy(entry -> instances.get(entry.step().instanceId())));
            PingOneNow now = new PingOneNow(pingone, clock);
            Instant listedAt = latest(since, clock.instant());
            if (!mayCall(LISTS)) {
                return false;
            }
            try {
                charged(LISTS, () -> now.list(entries.values().stream().flatMap(Collection::stream).toList()));
            } catch (PingOneException failure) {
                giveUp(failure);
                return false;
            }
            int inARow = 0;
            for (Change change : due) {
                if (clock.instant().isAfter(listedAt.plus(OLDEST_LIST))) {
                    // What is left is listed anew.
                    return true;
                }
                List<Entry> own = entries.getOrDefault(change.id(), List.of());
                int calls = now.calls(own);
                if (!mayCall(calls)) {
                    return false;
                }
                RuntimeException failure = charged(calls, change, own, now, listedAt);
                inARow = failure instanceof PingOneException said && said.outcome() != PingOneException.Outcome.REFUSED ? inARow + 1 : 0;
                if (inARow == MOST_FAILURES) {
                    giveUp(failure);
                    return false;
                }
            }
            return true;
        }

        private RuntimeException charged(int calls, Change change, List<Entry> own, PingOneNow now, Instant listedAt) {
            try {
                charged(calls, () -> {
                    differ += DriftCheck.this.compare(change, own, now, listedAt).isEmpty() ? 0 : 1;
                    compared++;
                });
                return null;
            } catch (DataAccessException ours) {
                throw ours;
            } catch (RuntimeException failure) {
                failed++;
                checks.failed(change.id(), why(failure));
                return failure;
            }
        }

        private void charged(int calls, Runnable reading) {
            int before = pingone.callsSent();
            try {
                reading.run();
            } finally {
                quota.owe(alias, Lane.CHECK, pingone.callsSent() - before - calls);
            }
        }

        private void giveUp(RuntimeException failure) {
            checks.allFailed(alias, since, failedBefore, why(failure));
            LOG.warn("The changes in {} cannot be compared with PingOne now: {}", alias, failure.getMessage());
        }

        private void end() {
            if (leasedUntil.isAfter(Instant.MIN) && !stopped) {
                checks.release(alias, node);
            }
            if (compared + failed > 0) {
                LOG.info("{} changes in {} were compared with PingOne by {} calls: {} differ; {} could not be compared.", compared, alias,
                    pingone.callsSent(), differ, failed);
            }
        }
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Compares one change, and records the result. */
    private List<Finding> compare(Change change, List<Entry> entries, PingOneNow now, Instant at) {
        List<Finding> findings = comparison.of(change, entries, besides(change, entries, now), now);
        List<String> gone = findings.stream().filter(finding -> finding.drift() == DriftState.GONE).map(Finding::id).toList();
        journal.mayAppear(changes.instancesOf(change.id()), gone).ifPresent(again -> {
            throw UnsettledException.until(again, "PingOne does not show all of what was created only just. Check again from %s on."
                .formatted(again.truncatedTo(ChronoUnit.SECONDS)));
        });
        transaction.executeWithoutResult(status -> checks.compared(change.id(), at, findings));
        return findings;
    }

    private List<Assigned> besides(Change change, List<Entry> entries, PingOneNow now) {
        boolean toItsOwn = entries.stream().anyMatch(entry -> entry.kind() == Kind.APPLICATION && entry.hasMade());
        Optional<List<Assigned>> known = checks.besides(change.id());
        if (known.isPresent() || toItsOwn) {
            return known.orElse(List.of());
        }
        List<Assigned> seen = comparison.besidesBySight(change, entries, now);
        checks.besides(change.id(), seen);
        return seen;
    }

    /** A failure in words; what is not PingOne's stays in the log. */
    private static String why(RuntimeException failure) {
        if (failure instanceof PingOneException || failure instanceof UnsettledException
                || failure instanceof Comparison.NotRecordedException) {
            return failure.getMessage();
        }
        LOG.warn("A change could not be compared with PingOne.", failure);
        return "It could not be compared: see the log.";
    }

    /** Compares one change for a person, who does not wait for longer than ten seconds. See {@link ChangeEngine#check}. */
    void ask(Change change) {
        if (change.state() != ChangeState.COMPLETED || change.undoneAt() != null || change.flow().equals(Flow.UNDO)) {
            throw new ChangeEngine.NotPossibleException("Only what has completed and was not undone can be compared with PingOne.");
        }
        if (!environments.aliases().contains(change.environment())) {
            throw new ChangeEngine.NotPossibleException("Its environment, %s, is not configured.".formatted(change.environment()));
        }
        FutureTask<Void> task = new FutureTask<>(() -> {
            try {
                compareNow(change);
            } finally {
                asked.remove(change.id());
            }
            return null;
        });
        FutureTask<Void> others = asked.putIfAbsent(change.id(), task);
        if (others == null) {
            try {
                askedFor.execute(task);
            } catch (RejectedExecutionException tooMany) {
                asked.remove(change.id());
                throw new ChangeEngine.NotPossibleException("Too many changes are being checked now. Try again in a moment.");
            }
        }
        await(others == null ? task : others, change.environment());
    }

    private static void await(FutureTask<Void> task, String environment) {
        try {
            task.get(LONGEST_ASKED.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new ChangeEngine.NotAnsweredException("%s has not answered within %d seconds. The result is recorded once it has."
                .formatted(environment, LONGEST_ASKED.toSeconds()));
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UnsettledException || failure.getCause() instanceof Comparison.NotRecordedException) {
                throw new ChangeEngine.NotPossibleException(failure.getCause().getMessage());
            }
            throw failure.getCause() instanceof PingOneException said ? said : new IllegalStateException(failure.getCause());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(end);
        }
    }

    private void compareNow(Change change) {
        Instant end = clock.instant().plus(LONGEST_ASKED);
        PingOneClient pingone = environments.client(change.environment()).withTransaction(null)
            .whileThereIsTime(() -> clock.instant().isBefore(end));
        try {
            compare(change, journal.of(changes.instancesOf(change.id())), new PingOneNow(pingone, clock), clock.instant());
        } catch (DataAccessException ours) {
            throw ours;
        } catch (RuntimeException failure) {
            checks.failed(change.id(), why(failure));
            throw failure;
        } finally {
            quota.owe(change.environment(), Lane.PEOPLE, pingone.callsSent());
        }
    }
}
