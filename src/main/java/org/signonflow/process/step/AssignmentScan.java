package org.signonflow.process.step;

import org.signonflow.change.PlainText;
import org.signonflow.journal.Absence;
import org.signonflow.pingone.Application;
import org.signonflow.pingone.Assignment;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The sign-on policy assignments of all applications of an environment, read one application after another: PingOne cannot be asked which
 * applications use a policy. One instance reads at a time, for all others.
 *
 * <p>Thread-safe.
 */
final class AssignmentScan {

    /** A complete scan older than this is discarded. */
    static final Duration OLDEST = Duration.ofMinutes(5);

    /** A chunk ends after this time, even if incomplete: the reader's job must not outlive its lock. */
    private static final Duration LONGEST_CHUNK = Duration.ofSeconds(10);

    private static final int LONGEST_NAME = 60;

    /** An application that a policy is assigned to; its name may be null. */
    record Use(String applicationId, String applicationName, String assignmentId) {

        @Override
        public String toString() {
            String name = String.valueOf(applicationName);
            boolean isLong = name.length() > LONGEST_NAME;
            return "%s (%s)".formatted(PlainText.oneLine(isLong ? name.substring(0, LONGEST_NAME) + "..." : name), applicationId);
        }
    }

    private record Seen(Instant at, List<Assignment> assignments) {
    }

    private final Clock clock;
    private Instant listedAt = Instant.MIN;
    private Map<String, String> names = Map.of();
    private final Map<String, Seen> seen = new HashMap<>();
    /** Anything read before this is ignored by those who ask from then on; those who asked before still find it. */
    private Instant forgottenAt = Instant.MIN;
    private Instant completeAt;
    /** How long the last complete reading took. */
    private Duration took = Duration.ZERO;
    private String reader;
    private Instant claimedAt = Instant.MIN;
    private Instant claimedUntil = Instant.MIN;

    AssignmentScan(Clock clock) {
        this.clock = clock;
    }

    /** Whether everything was read at the given time or later. */
    synchronized boolean isComplete(Instant since) {
        Instant now = clock.instant();
        if (!isClaimed(now) && now.isAfter((completeAt == null ? listedAt : completeAt).plus(OLDEST))) {
            forget();
        }
        boolean complete = isListed(since, now) && unread(since).isEmpty();
        if (complete && (completeAt == null || completeAt.isBefore(since))) {
            completeAt = now;
            took = Duration.between(listedAt, now);
        }
        return complete;
    }

    /** How long it takes to read everything, by the last time; zero before the first. */
    synchronized Duration took() {
        return took;
    }

    /** Makes the caller the reader until the given time; false while there is another. */
    synchronized boolean claim(String who, Instant until) {
        Instant now = clock.instant();
        if (isClaimed(now) && !who.equals(reader)) {
            return false;
        }
        reader = who;
        claimedAt = now;
        claimedUntil = until;
        return true;
    }

    /** Stops being the reader. */
    synchronized void release(String who) {
        if (who.equals(reader)) {
            reader = null;
        }
    }

    /** How many calls the next chunk takes: one to list the applications, or one for each unread application, up to the given number. */
    synchronized int next(Instant since, int most) {
        return isListed(since, clock.instant()) ? Math.min(most, unread(since).size()) : 1;
    }

    /**
     * Reads the next chunk; for the instance that has {@linkplain #claim claimed} the scan.
     *
     * @throws PingOneException if the first call fails; a later failure ends the chunk, so that every chunk makes progress
     */
    void read(PingOneClient pingone, Instant since, int calls) {
        Instant begun = clock.instant();
        if (!isListed(since, begun)) {
            listed(pingone.listApplications(), begun);
            return;
        }
        long end = System.nanoTime() + LONGEST_CHUNK.toNanos();
        List<String> applications = unread(since).stream().limit(calls).toList();
        for (String application : applications) {
            if (System.nanoTime() > end) {
                return;
            }
            try {
                read(pingone, application);
            } catch (PingOneException failure) {
                if (application.equals(applications.get(0))) {
                    throw failure;
                }
                return;
            }
        }
    }

    /**
     * Rereads one application; one that is gone has no assignments.
     *
     * @throws org.signonflow.journal.UnsettledException if PingOne reports the application as missing but still lists it
     */
    List<Assignment> read(PingOneClient pingone, String applicationId) {
        Instant at = clock.instant();
        List<Assignment> assignments = Absence.unlessGone(pingone, Kind.APPLICATION, applicationId,
            () -> pingone.listAssignments(applicationId), clock);
        synchronized (this) {
            seen.put(applicationId, new Seen(at, assignments));
        }
        return assignments;
    }

    /** The applications that a policy is assigned to, as far as they have been read. */
    synchronized List<Use> uses(String policyId) {
        return names.entrySet().stream().flatMap(application -> {
            Seen there = seen.get(application.getKey());
            return there == null ? null : there.assignments.stream().filter(assignment -> policyId.equals(assignment.policyId()))
                .map(assignment -> new Use(application.getKey(), application.getValue(), assignment.id()));
        }).filter(Objects::nonNull).toList();
    }

    /** Makes the next instance that asks reread everything. */
    synchronized void forget() {
        forgottenAt = clock.instant();
        completeAt = null;
    }

    /** How far the scan has got. */
    synchronized String progress(Instant since) {
        return isListed(since, clock.instant())
            ? "%,d of %,d applications read".formatted(names.size() - unread(since).size(), names.size()) : "no applications read";
    }

    private synchronized boolean isListed(Instant since, Instant now) {
        return isBetween(since, listedAt, now);
    }

    private synchronized void listed(List<Application> applications, Instant at) {
        names = new LinkedHashMap<>();
        applications.forEach(application -> names.put(application.id(), application.name()));
        seen.keySet().retainAll(names.keySet());
        listedAt = at;
    }

    private synchronized List<String> unread(Instant since) {
        Instant now = clock.instant();
        return names.keySet().stream().filter(id -> !seen.containsKey(id) || !isBetween(since, seen.get(id).at, now)).toList();
    }

    private boolean isClaimed(Instant now) {
        return reader != null && !now.isBefore(claimedAt) && !now.isAfter(claimedUntil);
    }

    private boolean isBetween(Instant since, Instant time, Instant now) {
        // The clock may be set back.
        boolean isForgotten = !forgottenAt.isAfter(now) && time.isBefore(forgottenAt);
        return !isForgotten && !time.isBefore(since) && !time.isAfter(now);
    }
}
