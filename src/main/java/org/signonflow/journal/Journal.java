package org.signonflow.journal;

import org.signonflow.journal.Entry.Action;
import org.signonflow.pingone.Answer;
import org.signonflow.pingone.CreateRequest;
import org.signonflow.pingone.Kind;
import org.signonflow.pingone.PingOneClient;
import org.signonflow.pingone.PingOneException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Executes calls that change PingOne, each exactly once, and keeps a record of them.
 *
 * <p>An entry is begun, in its own transaction, before the request is sent, and ended once the reply has been processed. No secrets are
 * recorded.
 */
public class Journal {

    /** The {@code Date} of a reply has a resolution of one second, the call itself takes time, and nodes' clocks differ. */
    public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private static final Duration CONTESTED_NAME_PAUSE = Duration.ofSeconds(5);
    private static final Duration CONSISTENCY_PAUSE = Duration.ofSeconds(3);

    /** The previous version wrote no details. */
    private static final String ENTRIES = """
        select entry.*, detail.object_kind, detail.parent_id, detail.sent
        from signonflow_journal entry left join signonflow_journal_detail detail on detail.entry_id = entry.id
        """;
    private static final String MADE = "('MADE', 'ADOPTED', 'FOUND')";
    private static final String GONE = "('DELETED', 'GONE')";

    private final JdbcClient jdbc;
    private final TransactionTemplate committedAtOnce;
    private final Clock clock;
    private final Duration settleAfter;
    private final Duration longestCall;
    private final Duration consistencyPatience;

    /**
     * @param settleAfter how long PingOne is given, after a call whose reply was lost, to show what it created; only then is "not there"
     *                    believed and the call sent again
     * @param longestCall how long a call may take in total: with a token request, and both again after a 401
     * @param consistencyPatience how long after an object was created PingOne may still report it as missing
     */
    public Journal(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock, Duration settleAfter, Duration longestCall,
                   Duration consistencyPatience) {
        this.jdbc = jdbc;
        this.committedAtOnce = new TransactionTemplate(transactions);
        // Outside the engine's transaction, each statement commits by itself.
        this.committedAtOnce.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        this.clock = clock;
        this.settleAfter = settleAfter;
        this.longestCall = longestCall;
        this.consistencyPatience = consistencyPatience;
    }

    /**
     * Creates the step's object, unless an earlier attempt created it whose result the engine lost, or whose reply was lost.
     *
     * @return the object's id in PingOne
     * @throws PingOneException   if PingOne did not create it, or this is unknown; the entry tells which
     * @throws UnsettledException if an earlier call must be settled first and cannot be at the moment
     */
    public String create(Step step, PingOneClient pingone, Creation creation) {
        CreateRequest request = creation.request(step.instanceId());
        Optional<String> first = begin(step, creation, true);
        return first.isPresent() ? send(first.get(), step, List.of(), pingone, creation, request, null)
            : create(step, pingone, creation, lastTried -> null);
    }

    /**
     * The same, with an action that runs right before a call is sent, and only then.
     *
     * @param beforeSending receives when the step's last attempt ended, or began if its end is unknown; empty on the first. It returns
     *                      since when no other instance may have changed what there is of this kind in the parent; null if that does not
     *                      matter. What it throws is propagated, and nothing is recorded or sent
     */
    public String create(Step step, PingOneClient pingone, Creation creation, Function<Optional<Instant>, Instant> beforeSending) {
        List<Entry> earlier = creations(step);
        return settle(step, earlier, pingone, creation).orElseGet(() -> {
            requireFree(step, creation);
            Instant alone = beforeSending.apply(earlier.stream().findFirst()
                .map(last -> last.endedAt() == null ? last.begunAt() : last.endedAt()));
            CreateRequest request = creation.request(step.instanceId());
            return send(begin(step, creation, false).orElseThrow(), step, earlier, pingone, creation, request, alone);
        });
    }

    /**
     * Finds out what the step has created so far. Reads PingOne only if a call of the step is unfinished.
     *
     * @return the id of the object that the step has created; empty if there is none
     * @throws PingOneException   if PingOne could not be asked
     * @throws UnsettledException if that cannot be determined yet, or not without a person
     */
    public Optional<String> settle(Step step, PingOneClient pingone, Creation creation) {
        return settle(step, creations(step), pingone, creation);
    }

    private Optional<String> settle(Step step, List<Entry> earlier, PingOneClient pingone, Creation creation) {
        Optional<Entry> last = earlier.stream().findFirst();
        if (last.filter(Entry::isUnfinished).isEmpty()) {
            return last.filter(Entry::hasMade).map(Entry::pingOneId);
        }
        Entry unfinished = last.get();
        Optional<Candidate> found = find(step, earlier, pingone, creation);
        Instant believed = unfinished.overAt(longestCall).plus(settleAfter);
        if (found.isEmpty() && unfinished.mayStillBeUnderWay() && clock.instant().isBefore(believed)) {
            throw UnsettledException.until(believed,
                "The reply to an earlier call was lost and there is no %s in PingOne yet.".formatted(creation.naturalKey()));
        }
        boolean settled = found.isPresent() ? settled(unfinished.id(), found.get(), pingone) : notMade(unfinished.id());
        // Otherwise its reply has come meanwhile, to another thread, and knows better.
        return settled ? found.map(Candidate::id) : creations(step).stream().findFirst().filter(Entry::hasMade).map(Entry::pingOneId);
    }

    private static Outcome outcome(Candidate found) {
        return found.isAlike() ? Outcome.FOUND : Outcome.ADOPTED;
    }

    /** The object that the step has created, as far as the journal knows. Does not call PingOne. */
    public Optional<CreatedObject> made(Step step) {
        return creations(step).stream().filter(Entry::hasMade).map(Entry::made).findFirst();
    }

    /** The entries of an instance, earliest first. */
    public List<Entry> of(String instanceId) {
        return entries("instance_id = :instance", Map.of("instance", instanceId), Integer.MAX_VALUE);
    }

    /** The entries of several instances, earliest first. */
    public List<Entry> of(Collection<String> instanceIds) {
        return instanceIds.isEmpty() ? List.of()
            : entries("instance_id in (:instances)", Map.of("instances", instanceIds), Integer.MAX_VALUE);
    }

    /** The latest entries of some instances, the very latest first. */
    public List<Entry> latest(Collection<String> instanceIds, int most) {
        return jdbc.sql(ENTRIES + "where instance_id in (:instances) order by begun_at desc, attempt desc, id fetch first :most rows only")
            .param("instances", instanceIds).param("most", most).query(Journal::entry).list();
    }

    /** The entries of all instances about creating or deleting an object, earliest first. */
    public List<Entry> ofObject(String environment, String pingOneId) {
        return entries("environment = :environment and pingone_id = :object",
            Map.of("environment", environment, "object", pingOneId), Integer.MAX_VALUE);
    }

    /**
     * The entries begun from {@code since} (inclusive) to {@code until} (exclusive), earliest first.
     *
     * @param most the maximum number of entries
     */
    public List<Entry> between(Instant since, Instant until, int most) {
        return entries("begun_at >= :since and begun_at < :until", Map.of("since", since.atOffset(ZoneOffset.UTC),
            "until", until.atOffset(ZoneOffset.UTC)), most);
    }

    private List<Entry> entries(String condition, Map<String, Object> values, int most) {
        return jdbc.sql(ENTRIES + "where " + condition + " order by begun_at, attempt, id fetch first :most rows only")
            .params(values).param("most", most).query(Journal::entry).list();
    }

    /**
     * When to ask again for objects that PingOne reports as missing; empty if that is to be believed: none of them was created recently by
     * one of the instances, or it has been deleted since.
     */
    public Optional<Instant> mayAppear(Collection<String> instanceIds, Collection<String> pingOneIds) {
        if (instanceIds.isEmpty() || pingOneIds.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        return jdbc.sql("""
                select made.ended_at from signonflow_journal made
                where made.instance_id in (:instances) and made.pingone_id in (:objects) and made.outcome in %s
                and not exists (select 1 from signonflow_journal undone
                    where undone.pingone_id = made.pingone_id and undone.outcome in %s)
                order by made.ended_at desc fetch first 1 rows only""".formatted(MADE, GONE))
            .param("instances", instanceIds).param("objects", pingOneIds)
            .query((row, index) -> row.getObject(1, OffsetDateTime.class).toInstant().plus(consistencyPatience)).optional()
            .filter(now::isBefore).map(until -> earlier(until, now.plus(CONSISTENCY_PAUSE)));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /**
     * Deletes an object that this instance created, or another for it, unless that is done. It is a success if the object is already gone.
     *
     * @param made  must have a kind
     * @param users says who has come to use it since that was checked. Asked when the deletion is on record: who is about to use it looks
     *              for that record after writing down their own, so that one sees the other
     * @return who uses it; then nothing was sent
     * @throws PingOneException   if PingOne did not delete it, or this is unknown
     * @throws UnsettledException if PingOne does not find it yet, or contradicts itself, or if others may have created it
     */
    public Optional<String> delete(Step step, PingOneClient pingone, CreatedObject made, Supplier<Optional<String>> users) {
        String pingOneId = made.id();
        Set<Outcome> known = outcomes(pingOneId);
        if (isGone(known)) {
            return Optional.empty();
        }
        committedAtOnce.executeWithoutResult(status -> jdbc.sql("""
                update signonflow_journal set ended_at = :now, outcome = 'REPEATED'
                where pingone_id = :object and kind = 'DELETE' and outcome is null""")
            .param("now", now()).param("object", pingOneId).update());
        if (known.contains(Outcome.FOUND)) {
            if (ids(pingone, made).contains(pingOneId)) {
                throw UnsettledException.needsOperator("""
                    The reply to the call that created it was lost, so the %s with id %s may be someone else's. It was not deleted. Delete \
                    it in PingOne if nobody needs it, and retry.""".formatted(made.naturalKey(), pingOneId));
            }
            done(begin(step, made), Outcome.GONE, pingOneId, pingone);
            return Optional.empty();
        }
        String entry = begin(step, made);
        Optional<String> user;
        try {
            user = users.get();
        } catch (RuntimeException failed) {
            notSent(entry);
            throw failed;
        }
        if (user.isPresent()) {
            notSent(entry);
            return user;
        }
        try {
            pingone.delete(made.kind(), made.parentId(), pingOneId);
            done(entry, Outcome.DELETED, pingOneId, pingone);
        } catch (PingOneException failure) {
            note(entry, failure);
            if (!failure.isNotFound()) {
                throw failure;
            }
            try {
                requireGone(pingone, made, failure);
                done(entry, Outcome.GONE, pingOneId, pingone);
            } catch (UnsettledException notYet) {
                update(entry, Outcome.NOT_NOW, null, failure.status(), failure.code(), failure.correlationId());
                throw notYet;
            }
        }
        return Optional.empty();
    }

    /**
     * What other instances have created in an object, or may be creating, and not deleted.
     *
     * @param instanceIds these are no others
     * @param since       what was created before is left out
     */
    public List<Entry> createdByOthersIn(Collection<String> instanceIds, String parentId, Instant since) {
        OffsetDateTime earliest = since.minus(CLOCK_TOLERANCE).atOffset(ZoneOffset.UTC);
        return jdbc.sql("""
                %swhere detail.parent_id = :parent and kind = 'CREATE' and instance_id not in (:instances)
                and (outcome in %s and ended_at >= :since or outcome is null and begun_at >= :over)
                and not exists (select 1 from signonflow_journal undone
                    where undone.pingone_id = entry.pingone_id and undone.outcome in %s)
                order by begun_at""".formatted(ENTRIES, MADE, GONE))
            .param("parent", parentId).param("instances", instanceIds).param("since", earliest)
            .param("over", earliest.minus(settleAfter).minus(longestCall)).query(Journal::entry).list();
    }

    /** @throws UnsettledException if PingOne may still have it */
    private void requireGone(PingOneClient pingone, CreatedObject made, PingOneException failure) {
        // It may have been deleted along with its parent.
        boolean wasDeleted = outcomes(made.id()).contains(Outcome.REPEATED)
            || made.parentId() != null && isGone(outcomes(made.parentId()));
        if (!wasDeleted) {
            mayAppear(List.of(made.instanceId()), List.of(made.id())).ifPresent(again -> {
                throw UnsettledException.until(again, "PingOne does not find %s yet, which was only just created."
                    .formatted(made.naturalKey()));
            });
        }
        if (ids(pingone, made).contains(made.id())) {
            throw Absence.contradicted(clock, failure.getMessage());
        }
    }

    private List<String> ids(PingOneClient pingone, CreatedObject made) {
        return Absence.unlessGone(pingone, made.kind().parent(), made.parentId(), () -> made.kind().ids(pingone, made.parentId()), clock);
    }

    /** When one of the instances last tried to delete something, whatever the result. */
    public Optional<Instant> lastDeletion(Collection<String> instanceIds) {
        return jdbc.sql("""
                select coalesce(ended_at, begun_at) as tried_at from signonflow_journal
                where instance_id in (:instances) and kind = 'DELETE' order by tried_at desc fetch first 1 rows only""")
            .param("instances", instanceIds).query((row, index) -> row.getObject(1, OffsetDateTime.class).toInstant()).optional();
    }

    /**
     * From here on the instance creates nothing more: a call that another thread is about to begin is not sent. Both write before they
     * read, so that one of them sees the other.
     */
    public void close(Step step) {
        if (!isClosed(step)) {
            begin(step, Action.CLOSE, "nothing more", null, null, false);
        }
    }

    /** The steps of an instance that have tried to create something, latest first. */
    public List<String> stepsThatCreate(String instanceId) {
        return jdbc.sql("""
                select step from signonflow_journal where instance_id = :instance and kind = 'CREATE'
                group by step order by max(begun_at) desc""")
            .param("instance", instanceId).query(String.class).list();
    }

    /**
     * What the instances have created in PingOne and not deleted, as far as the journal knows, latest first. Of what one has created in the
     * place of another's, only that counts.
     */
    public List<CreatedObject> remaining(Collection<String> instanceIds) {
        return CreatedObject.inPlace(jdbc.sql("""
                %swhere instance_id in (:instances) and outcome in %s and not exists (
                    select 1 from signonflow_journal undone where undone.pingone_id = entry.pingone_id and undone.outcome in %s)
                order by begun_at desc""".formatted(ENTRIES, MADE, GONE))
            .param("instances", instanceIds).query(Journal::entry).list().stream().map(Entry::made).toList());
    }

    /** Whether something that the instances have created was deleted, and nothing has been created in its place. */
    public boolean haveLost(Collection<String> instanceIds) {
        return CreatedObject.inPlace(of(instanceIds).stream().filter(Entry::hasMade).map(Entry::made).toList()).size()
            > remaining(instanceIds).size();
    }

    /** Those of the objects that do not belong to others: one of the instances created them, or any has deleted what it had created. */
    public Set<String> ours(Collection<String> instanceIds, Collection<String> pingOneIds) {
        return pingOneIds.isEmpty() ? Set.of() : Set.copyOf(jdbc.sql("""
                select distinct pingone_id from signonflow_journal where pingone_id in (:objects)
                and (instance_id in (:instances) and outcome in %s or outcome in %s)""".formatted(MADE, GONE))
            .param("objects", pingOneIds).param("instances", instanceIds).query(String.class).list());
    }

    /** Whether any of the objects was created by one of the instances. */
    public boolean haveMade(Collection<String> instanceIds, Collection<String> pingOneIds) {
        return jdbc.sql("""
                select count(*) from signonflow_journal where pingone_id in (:objects) and instance_id in (:instances)
                and outcome in ('MADE', 'ADOPTED')""")
            .param("objects", pingOneIds).param("instances", instanceIds).query(Integer.class).single() > 0;
    }

    /** The instances all of whose entries are older than the given time. */
    public List<String> instancesBefore(Instant time) {
        return jdbc.sql("select instance_id from signonflow_journal group by instance_id having max(begun_at) < :time")
            .param("time", time.atOffset(ZoneOffset.UTC)).query(String.class).list();
    }

    /** Removes the entries of instances that no longer have a history. */
    public void forget(Collection<String> instanceIds) {
        if (!instanceIds.isEmpty()) {
            jdbc.sql("""
                    delete from signonflow_journal_detail where entry_id in (
                        select id from signonflow_journal where instance_id in (:instances))""").param("instances", instanceIds).update();
            jdbc.sql("delete from signonflow_journal where instance_id in (:instances)").param("instances", instanceIds).update();
        }
    }

    /**
     * @param entry   the entry begun for this call
     * @param earlier the step's earlier attempts; any unfinished one has since been settled as not made
     * @param alone   see {@link #create}
     */
    private String send(String entry, Step step, List<Entry> earlier, PingOneClient pingone, Creation creation, CreateRequest request,
                        Instant alone) {
        if (!describe(entry, request.kind(), request.parentId(), request.json(), step)) {
            notSent(entry);
            throw UnsettledException.needsOperator("The instance is being undone.");
        }
        if (alone != null && othersHaveChanged(step, request, alone)) {
            notSent(entry);
            throw UnsettledException.until(clock.instant().plus(CLOCK_TOLERANCE),
                "Another instance has changed %s in the meantime.".formatted(creation.contested()));
        }
        if (request.kind() == Kind.ASSIGNMENT && isAnotherDeleting(step, request.needs())) {
            notSent(entry);
            throw UnsettledException.until(clock.instant().plus(CONTESTED_NAME_PAUSE),
                "Another instance is deleting the application or the policy of the %s.".formatted(creation.naturalKey()));
        }
        boolean mayArriveLate = earlier.stream().anyMatch(Entry::mayHaveMade);
        try {
            String id = pingone.create(request);
            done(entry, Outcome.MADE, id, pingone);
            return id;
        } catch (PingOneException failure) {
            note(entry, failure);
            if (failure.outcome() == PingOneException.Outcome.REFUSED && mayArriveLate) {
                Optional<Candidate> late = find(step, earlier, pingone, creation);
                if (late.isPresent()) {
                    done(entry, outcome(late.get()), late.get().id(), pingone);
                    return late.get().id();
                }
            }
            throw failure;
        }
    }

    private Optional<Candidate> find(Step step, List<Entry> earlier, PingOneClient pingone, Creation creation) {
        Instant firstSent = earlier.stream().map(Entry::begunAt).min(Instant::compareTo).orElseThrow();
        List<Candidate> candidates = candidates(step, pingone, creation);
        // Checked before ownership: another instance has not yet recorded what it is just creating.
        boolean isAnotherMaking = candidates.stream().anyMatch(Candidate::isAlike)
            && isAnotherMaking(step, creation.request(step.instanceId()));
        Duration ahead = pingone.lastAnswer().map(Answer::date).map(date -> Duration.between(clock.instant(), date))
            .orElse(Duration.ZERO);
        Instant earliest = firstSent.plus(ahead).minus(CLOCK_TOLERANCE);
        // What was created after all of our calls had failed is someone else's.
        Instant latest = earlier.stream().filter(Entry::mayHaveMade)
            .map(entry -> entry.mayStillBeUnderWay() ? clock.instant() : entry.overAt(longestCall)).max(Instant::compareTo).orElseThrow()
            .plus(ahead).plus(CLOCK_TOLERANCE);
        List<Candidate> ours = candidates.stream().filter(candidate -> candidate.isTheOne() || candidate.createdAt() == null
            || !candidate.createdAt().isBefore(earliest) && !candidate.createdAt().isAfter(latest))
            .filter(candidate -> !isKnownToAnother(step, candidate.id())).toList();
        List<Candidate> theOne = ours.stream().filter(Candidate::isTheOne).toList();
        if (theOne.size() == 1) {
            if (theOne.get(0).isAlike() && isAnotherMaking) {
                throw taken(creation);
            }
            return Optional.of(theOne.get(0));
        }
        if (ours.size() > 1 || ours.stream().anyMatch(Candidate::isDoubtful)) {
            throw UnsettledException.needsOperator("""
                The reply to an earlier call was lost, and PingOne does not show which of these it created: %s with id %s. \
                Check them in PingOne, delete what should not be there, and retry.""".formatted(creation.naturalKey(),
                String.join(", ", ours.stream().map(Candidate::id).toList())));
        }
        return ours.stream().findFirst();
    }

    private List<Candidate> candidates(Step step, PingOneClient pingone, Creation creation) {
        CreateRequest request = creation.request(step.instanceId());
        // If the parent is gone, so is whatever was created in it.
        return Absence.unlessGone(pingone, request.kind().parent(), request.parentId(), () -> {
            try {
                return creation.candidates(pingone, step.instanceId());
            } catch (PingOneException failure) {
                if (failure.isNotFound()) {
                    mayAppear(List.of(step.instanceId()), failure.missing()).ifPresent(again -> {
                        throw UnsettledException.until(again, "The reply to an earlier call was lost, and PingOne does not yet show what %s"
                            .formatted(creation.naturalKey()) + " was to be created in.");
                    });
                }
                throw failure;
            }
        }, clock);
    }

    private boolean isClosed(Step step) {
        return jdbc.sql("select count(*) from signonflow_journal where instance_id = :instance and kind = 'CLOSE'")
            .param("instance", step.instanceId()).query(Integer.class).single() > 0;
    }

    /** Whether another instance has a call in flight that creates something of that kind in the same parent. */
    private boolean isAnotherMaking(Step step, CreateRequest request) {
        return isAnother(step, request, "entry.kind = 'CREATE' and outcome is null and begun_at >= :over",
            Map.of("over", now().minus(settleAfter).minus(longestCall)));
    }

    /** Calls that were refused or not sent have changed nothing; calls with an unknown result may have taken effect later. */
    private boolean othersHaveChanged(Step step, CreateRequest request, Instant since) {
        OffsetDateTime looked = since.minus(CLOCK_TOLERANCE).atOffset(ZoneOffset.UTC);
        OffsetDateTime over = looked.minus(settleAfter);
        return isAnother(step, request, """
            outcome not in ('REFUSED', 'NOT_NOW') and ended_at >= :looked
            or outcome is null and (ended_at >= :over or ended_at is null and begun_at >= :begunOver)""",
            Map.of("looked", looked, "over", over, "begunOver", over.minus(longestCall)));
    }

    private boolean isAnother(Step step, CreateRequest request, String condition, Map<String, OffsetDateTime> times) {
        return jdbc.sql("""
                select count(*) from signonflow_journal_detail detail join signonflow_journal entry on entry.id = detail.entry_id
                where parent_id = :parent and object_kind = :kind and environment = :environment and instance_id <> :instance
                and (%s)""".formatted(condition))
            .param("parent", request.parentId()).param("kind", request.kind().name()).param("environment", step.environment())
            .param("instance", step.instanceId()).params(times).query(Integer.class).single() > 0;
    }

    /** A call whose reply was lost may arrive late, also after it was repeated; but not for ever. */
    private boolean isAnotherDeleting(Step step, List<String> pingOneIds) {
        return jdbc.sql("""
                select count(*) from signonflow_journal where pingone_id in (:objects) and kind = 'DELETE'
                and (outcome is null or outcome = 'REPEATED') and begun_at >= :over and instance_id <> :instance""")
            .param("objects", pingOneIds).param("over", now().minus(settleAfter).minus(longestCall))
            .param("instance", step.instanceId()).query(Integer.class).single() > 0;
    }

    private static boolean isGone(Set<Outcome> outcomes) {
        return outcomes.contains(Outcome.DELETED) || outcomes.contains(Outcome.GONE);
    }

    /** The outcomes of the calls that created the object or were to delete it. */
    private Set<Outcome> outcomes(String pingOneId) {
        return Set.copyOf(jdbc.sql("select distinct outcome from signonflow_journal where pingone_id = :object and outcome is not null")
            .param("object", pingOneId).query(Outcome.class).list());
    }

    private boolean isKnownToAnother(Step step, String pingOneId) {
        return jdbc.sql("select count(*) from signonflow_journal where pingone_id = :object and instance_id <> :instance")
            .param("object", pingOneId).param("instance", step.instanceId()).query(Integer.class).single() > 0;
    }

    private List<Entry> creations(Step step) {
        return jdbc.sql("""
                %swhere instance_id = :instance and step = :step and kind = 'CREATE' order by attempt desc""".formatted(ENTRIES))
            .param("instance", step.instanceId()).param("step", step.name()).query(Journal::entry).list();
    }

    /** @param onlyFirst whether to write nothing, and return empty, if the step has tried before */
    private Optional<String> begin(Step step, Creation creation, boolean onlyFirst) {
        try {
            return begin(step, Action.CREATE, creation.naturalKey(), openKey(step, creation), null, onlyFirst);
        } catch (DuplicateKeyException taken) {
            throw taken(creation);
        }
    }

    /** Fails early, before anything is read for a call that could not be begun. */
    private void requireFree(Step step, Creation creation) {
        String openKey = openKey(step, creation);
        if (openKey == null) {
            return;
        }
        if (creation.isContestedOnlyWhileUnderWay()) {
            committedAtOnce.executeWithoutResult(status -> jdbc.sql("""
                    update signonflow_journal set open_key = null where open_key = :key
                    and (ended_at < :over or ended_at is null and begun_at < :begunOver)""")
                .param("key", openKey).param("over", now().minus(settleAfter), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("begunOver", now().minus(settleAfter).minus(longestCall), Types.TIMESTAMP_WITH_TIMEZONE).update());
        }
        if (jdbc.sql("select count(*) from signonflow_journal where open_key = :key").param("key", openKey).query(Integer.class).single()
            > 0) {
            throw taken(creation);
        }
    }

    private UnsettledException taken(Creation creation) {
        return UnsettledException.until(clock.instant().plus(CONTESTED_NAME_PAUSE),
            "Another instance has an unfinished call for %s.".formatted(creation.contested()));
    }

    private static String openKey(Step step, Creation creation) {
        return creation.contested() == null ? null : step.environment() + ' ' + creation.contested();
    }

    private String begin(Step step, CreatedObject made) {
        String entry = begin(step, Action.DELETE, made.naturalKey(), null, made.id(), false).orElseThrow();
        describe(entry, made.kind(), made.parentId(), null, null);
        return entry;
    }

    /**
     * Records what an entry is about.
     *
     * @param unlessClosed do nothing if this step's instance is closed; null for always
     * @return whether the details were written
     */
    private boolean describe(String entry, Kind kind, String parentId, String sent, Step unlessClosed) {
        try {
            return committedAtOnce.execute(status -> jdbc.sql("""
                    insert into signonflow_journal_detail (entry_id, object_kind, parent_id, sent)
                    select :entry, :kind, :parent, :sent where not exists (
                        select 1 from signonflow_journal where instance_id = :instance and kind = 'CLOSE')""")
                .param("entry", entry).param("kind", kind.name()).param("parent", parentId, Types.VARCHAR)
                .param("sent", sent, Types.VARCHAR)
                .param("instance", unlessClosed == null ? null : unlessClosed.instanceId(), Types.VARCHAR).update()) == 1;
        } catch (RuntimeException failed) {
            notSent(entry);
            throw failed;
        }
    }

    private Optional<String> begin(Step step, Action action, String naturalKey, String openKey, String pingOneId, boolean onlyFirst) {
        String id = UUID.randomUUID().toString();
        Integer written = committedAtOnce.execute(status -> jdbc.sql("""
                insert into signonflow_journal (id, instance_id, step, kind, attempt, environment, requested_by, natural_key, reference,
                    open_key, begun_at, pingone_id)
                select :id, :instance, :step, :action, count(*) + 1, :environment, :requestedBy, :naturalKey, :instance,
                    :openKey, :begunAt, :object
                from signonflow_journal where instance_id = :instance and step = :step and kind = :action""" + (onlyFirst ? """

                having count(*) = 0""" : ""))
            .param("id", id).param("instance", step.instanceId()).param("step", step.name()).param("action", action.name())
            .param("environment", step.environment()).param("requestedBy", step.requestedBy(), Types.VARCHAR)
            .param("naturalKey", naturalKey)
            .param("openKey", openKey, Types.VARCHAR)
            .param("begunAt", now(), Types.TIMESTAMP_WITH_TIMEZONE)
            .param("object", pingOneId, Types.VARCHAR).update());
        return Optional.of(id).filter(any -> written == 1);
    }

    private void notSent(String entry) {
        update(entry, Outcome.NOT_NOW, null, null, null, null);
    }

    /** Keeps the recorded end of the call, which limits until when it may have created something. */
    private boolean notMade(String entry) {
        return committedAtOnce.execute(status -> jdbc.sql("""
                update signonflow_journal set outcome = 'NOT_MADE', ended_at = coalesce(ended_at, :now), open_key = null
                where id = :id and outcome is null""")
            .param("now", now()).param("id", entry).update()) == 1;
    }

    private boolean settled(String entry, Candidate found, PingOneClient pingone) {
        return update(entry, true, outcome(found), found.id(), pingone.lastAnswer().map(Answer::status).orElse(null), null,
            pingone.lastAnswer().map(Answer::correlationId).orElse(null));
    }

    private void note(String entry, PingOneException failure) {
        Outcome outcome = switch (failure.outcome()) {
            case REFUSED -> Outcome.REFUSED;
            case NOT_NOW, UNAUTHENTICATED -> Outcome.NOT_NOW;
            case UNKNOWN -> null; // stays open: the next attempt settles it
        };
        update(entry, outcome, null, failure.status() == 0 ? null : failure.status(), failure.code(), failure.correlationId());
    }

    private void done(String entry, Outcome outcome, String pingOneId, PingOneClient pingone) {
        update(entry, outcome, pingOneId, pingone.lastAnswer().map(Answer::status).orElse(null), null,
            pingone.lastAnswer().map(Answer::correlationId).orElse(null));
    }

    private void update(String entry, Outcome outcome, String pingOneId, Integer status, String errorCode, String correlationId) {
        // Another thread may have settled the call meanwhile, as when the instance is rolled back: that no reply came does not refute it.
        update(entry, outcome == null, outcome, pingOneId, status, errorCode, correlationId);
    }

    /** @param onlyUnfinished whether to write nothing if the outcome is known already */
    private boolean update(String entry, boolean onlyUnfinished, Outcome outcome, String pingOneId, Integer status, String errorCode,
                           String correlationId) {
        return committedAtOnce.execute(transaction -> jdbc.sql("""
                update signonflow_journal set status = :status, error_code = :code, correlation_id = :correlation, outcome = :outcome,
                    ended_at = :endedAt, open_key = case when :outcome is null then open_key end,
                    pingone_id = coalesce(:object, pingone_id)
                where id = :id and (outcome is null or not :onlyUnfinished)""")
            .param("status", status, Types.INTEGER).param("code", cut(errorCode), Types.VARCHAR)
            .param("correlation", cut(correlationId), Types.VARCHAR)
            .param("outcome", outcome == null ? null : outcome.name(), Types.VARCHAR)
            .param("endedAt", now(), Types.TIMESTAMP_WITH_TIMEZONE)
            .param("object", pingOneId, Types.VARCHAR).param("id", entry).param("onlyUnfinished", onlyUnfinished).update()) == 1;
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static String cut(String text) {
        return text == null || text.length() <= 100 ? text : text.substring(0, 100);
    }

    private static Entry entry(ResultSet row, int number) throws SQLException {
        String kind = row.getString("object_kind");
        String outcome = row.getString("outcome");
        OffsetDateTime endedAt = row.getObject("ended_at", OffsetDateTime.class);
        return new Entry(row.getString("id"), new Step(row.getString("instance_id"), row.getString("step"), row.getString("environment"),
            row.getString("requested_by")), Action.valueOf(row.getString("kind")), row.getInt("attempt"), row.getString("natural_key"),
            kind == null ? null : Kind.valueOf(kind), row.getString("parent_id"), row.getString("pingone_id"), row.getString("sent"),
            row.getObject("begun_at", OffsetDateTime.class).toInstant(), endedAt == null ? null : endedAt.toInstant(),
            outcome == null ? null : Outcome.valueOf(outcome), row.getObject("status", Integer.class), row.getString("error_code"),
            row.getString("correlation_id"));
    }
}
