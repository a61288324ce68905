package org.signonflow.change;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Stores where each change stands. Every method works in the caller's transaction, so what the engine rolls back is rolled back here too.
 */
@Repository
public class Changes {

    private static final int LONGEST_TEXT = 4_000;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_SEARCH = 700;
    /** A search looks at that many of the latest first, and only then at all. */
    private static final int LATEST = 20_000;
    // Columns by name: a newer version running beside this one may add columns, after which PostgreSQL refuses a prepared "select *".
    private static final String COLUMNS = """
        select id, flow, environment, application_name, application_id, policy_name, requested_by, requested_at, reason, roll_out, line,
            state, changed_at, ended_at, incident_id, incident, rejection, rolled_back_by, decision, decided_by, decided_at,
            decision_comment, retried_by, retried_at, undone_by, undone_at, about, unassigned_at, checked_at, drift, drift_found_at,
            drift_gone_at, check_failed_at, check_failure, """ + Stream.of("findings", "accepted_at", "accepted_by", "accepted_because")
        .map("""
            case when drift_found_at is not null then (select %1$s from signonflow_drift
                where change_id = id and found_at = drift_found_at) end as %1$s"""::formatted).collect(Collectors.joining(", "));
    static final String CHANGES = COLUMNS + " from signonflow_change";
    private static final String IN_EFFECT = " from signonflow_change where roll_out = :rollOut and state = 'COMPLETED' "
        + "and undone_at is null and flow <> :undo";
    // With an escape of its own PostgreSQL would work out the pattern for each row.
    private static final String FOUND = "search like :text";
    private static final String LATEST_FIRST = " order by requested_at desc, id desc";

    private final JdbcClient jdbc;
    /** For what people ask. */
    private final JdbcClient reading;
    private final Clock clock;

    /** @param queryTimeout how long the database may take for what people ask; whole seconds */
    Changes(DataSource database, Clock clock, @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = JdbcClient.create(database);
        this.reading = BoundedQueries.of(database, queryTimeout);
        this.clock = clock;
    }

    /** Records a change that has just been requested, in the state {@link ChangeState#CREATING}. */
    public void add(Change change) {
        jdbc.sql("""
                insert into signonflow_change (id, flow, environment, application_name, application_id, policy_name, search, requested_by,
                    requested_at, reason, roll_out, line, state, changed_at, ended_at, incident_id, incident, rejection, rolled_back_by,
                    decision, decided_by, decided_at, decision_comment, about)
                values (:id, :flow, :environment, :applicationName, :applicationId, :policyName, :search, :requestedBy, :requestedAt,
                    :reason, :rollOut, :line, :state, :changedAt, :endedAt, :incidentId, :incident, :rejection, :rolledBackBy,
                    :decision, :decidedBy, :decidedAt, :comment, :about)""")
            .param("id", change.id()).param("flow", change.flow()).param("environment", change.environment())
            .param("applicationName", cut(change.applicationName(), LONGEST_NAME), Types.VARCHAR)
            .param("applicationId", change.applicationId(), Types.VARCHAR)
            .param("policyName", cut(change.policyName(), LONGEST_NAME), Types.VARCHAR)
            .param("search", search(change)).param("requestedBy", change.requestedBy(), Types.VARCHAR)
            .param("requestedAt", utc(change.requestedAt())).param("reason", cut(change.reason()), Types.VARCHAR)
            .param("rollOut", change.rollOut(), Types.VARCHAR).param("line", change.line(), Types.INTEGER)
            .param("state", change.state().name()).param("changedAt", utc(change.changedAt()))
            .param("endedAt", utc(change.endedAt()), Types.TIMESTAMP_WITH_TIMEZONE).param("incidentId", change.incidentId(), Types.VARCHAR)
            .param("incident", cut(change.incident()), Types.VARCHAR).param("rejection", cut(change.rejection()), Types.VARCHAR)
            .param("rolledBackBy", change.rolledBackBy(), Types.VARCHAR).param("decision", change.decision(), Types.VARCHAR)
            .param("decidedBy", change.decidedBy(), Types.VARCHAR)
            .param("decidedAt", utc(change.decidedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
            .param("comment", cut(change.comment()), Types.VARCHAR).param("about", change.about(), Types.VARCHAR).update();
    }

    private static String search(Change change) {
        StringBuilder text = new StringBuilder(change.id());
        for (String part : new String[] {change.applicationName(), change.applicationId(), change.policyName()}) {
            text.append('\n').append(part == null ? "" : part);
        }
        return text.substring(0, Math.min(text.length(), LONGEST_SEARCH)).toLowerCase(Locale.ROOT);
    }

    /** The name of the existing application has become known. */
    public void named(String id, String applicationName) {
        String name = cut(applicationName, LONGEST_NAME);
        jdbc.sql("update signonflow_change set application_name = :name, search = concat(:lowerCase, search) where id = :id")
            .param("name", name).param("lowerCase", name.toLowerCase(Locale.ROOT) + "\n").param("id", id).update();
    }

    /** The change has reached a state. If that is to be decided on, an earlier decision is void. Does nothing if it is not a change. */
    public void reached(String id, ChangeState state) {
        String also = state == ChangeState.WAITING_FOR_APPROVAL
            ? ", decision = null, decided_by = null, decided_at = null, decision_comment = null"
            : state.hasEnded() ? ", incident_id = null, incident = null" : "";
        jdbc.sql("update signonflow_change set state = :state, changed_at = :now, ended_at = :ended" + also + " where id = :id")
            .param("state", state.name()).param("now", now()).param("ended", state.hasEnded() ? now() : null, Types.TIMESTAMP_WITH_TIMEZONE)
            .param("id", id).update();
    }

    /** A person has decided. Does nothing if the instance is not a change. */
    public void decided(String id, ChangeState state, String decision, String by, String comment) {
        jdbc.sql("""
                update signonflow_change set state = :state, changed_at = :now, decision = :decision, decided_by = :by, decided_at = :now,
                    decision_comment = :comment
                where id = :id""")
            .param("state", state.name()).param("now", now()).param("decision", decision).param("by", by, Types.VARCHAR)
            .param("comment", cut(comment), Types.VARCHAR).param("id", id).update();
    }

    /** A person has had it rolled back. */
    public void rolledBack(String id, String by) {
        jdbc.sql("update signonflow_change set rolled_back_by = :by where id = :id").param("by", by).param("id", id).update();
    }

    /**
     * Corrects a change whose instance was brought there by a node of an earlier version, unless it has been recorded otherwise meanwhile.
     *
     * @param seen as it was recorded before the engine was asked
     * @param now  as the engine has it
     */
    public void correct(Change seen, Change now) {
        jdbc.sql("""
                update signonflow_change set state = :state, changed_at = :changedAt, ended_at = :endedAt, incident_id = :incidentId,
                    incident = :incident, rejection = :rejection, decision = :decision, decided_by = :decidedBy, decided_at = :decidedAt,
                    decision_comment = :comment
                where id = :id and state = :seen and changed_at = :seenAt and coalesce(incident_id, '-') = :seenIncident""")
            .param("state", now.state().name()).param("changedAt", now.state() == seen.state() ? utc(seen.changedAt()) : now())
            .param("endedAt", utc(now.endedAt()), Types.TIMESTAMP_WITH_TIMEZONE).param("incidentId", now.incidentId(), Types.VARCHAR)
            .param("incident", cut(now.incident()), Types.VARCHAR).param("rejection", cut(now.rejection()), Types.VARCHAR)
            .param("decision", now.decision(), Types.VARCHAR).param("decidedBy", now.decidedBy(), Types.VARCHAR)
            .param("decidedAt", utc(now.decidedAt()), Types.TIMESTAMP_WITH_TIMEZONE).param("comment", cut(now.comment()), Types.VARCHAR)
            .param("id", seen.id()).param("seen", seen.state().name()).param("seenAt", utc(seen.changedAt()))
            .param("seenIncident", seen.incidentId() == null ? "-" : seen.incidentId()).update();
    }

    /**
     * Claims a completed change for an undo. Only one at a time may undo it, and none after one has.
     *
     * @return whether it is the undo's now
     */
    public boolean claim(String id, String undo) {
        // Or an undo that has claimed it meanwhile would not be seen.
        lock(id);
        return jdbc.sql("""
                update signonflow_change set undone_by = :undo where id = :id and state = 'COMPLETED' and undone_at is null
                and (undone_by is null or not exists (select 1 from signonflow_change other where other.id = signonflow_change.undone_by
                    and other.ended_at is null))""")
            .param("undo", undo).param("id", id).update() == 1;
    }

    /** Whether a flow under way deals with the change. */
    public boolean isClaimed(String id) {
        return jdbc.sql("""
                select count(*) from signonflow_change change join signonflow_change other on other.id = change.undone_by
                where change.id = :id and other.ended_at is null""").param("id", id).query(Integer.class).single() > 0;
    }

    /** The changes of a roll-out that are in effect, shared policies included. */
    public List<String> inEffect(String rollOut) {
        return jdbc.sql("select id" + IN_EFFECT).param("undo", Flow.UNDO).param("rollOut", rollOut).query(String.class).list();
    }

    /** How many of them there are from a line on; shared policies have 0 and below. */
    public int countInEffect(String rollOut, int firstLine) {
        return jdbc.sql("select count(*)" + IN_EFFECT + " and unassigned_at is null and line >= :firstLine").param("undo", Flow.UNDO)
            .param("rollOut", rollOut).param("firstLine", firstLine).query(Integer.class).single();
    }

    /** The changes of a roll-out that an undo under way has claimed. */
    public Set<String> beingUndone(String rollOut) {
        return Set.copyOf(jdbc.sql("""
                select id from signonflow_change where roll_out = :rollOut and undone_by in (
                    select undo.id from signonflow_change undo where undo.ended_at is null and undo.flow = :undo)""")
            .param("rollOut", rollOut).param("undo", Flow.UNDO).query(String.class).list());
    }

    /** The change has been undone by the undo that had claimed it; false if that had not. */
    public boolean undone(String id, String undo) {
        return jdbc.sql("update signonflow_change set undone_at = :now, changed_at = :now where id = :id and undone_by = :undo")
            .param("now", now()).param("id", id).param("undo", undo).update() == 1;
    }

    /**
     * The change's policy is no longer assigned.
     *
     * @param atOnce the undo that unassigned it before anybody had approved that; null if it was approved
     */
    public void unassigned(String id, String atOnce) {
        jdbc.sql("update signonflow_change set unassigned_at = :now, changed_at = :now where id = :id or id = :undo").param("now", now())
            .param("id", id).param("undo", atOnce, Types.VARCHAR).update();
    }

    /** The change's policy is assigned again. */
    public void assignedAgain(String id) {
        jdbc.sql("update signonflow_change set unassigned_at = null, changed_at = :now where id = :id").param("now", now()).param("id", id)
            .update();
    }

    /** PingOne refused a call. */
    public void rejected(String id, String rejection) {
        jdbc.sql("update signonflow_change set rejection = :rejection where id = :id").param("rejection", cut(rejection), Types.VARCHAR)
            .param("id", id).update();
    }

    /** A step has failed for good. */
    public void stuck(String id, String incidentId, String message) {
        jdbc.sql("update signonflow_change set incident_id = :incident, incident = :message, incident_at = :now, "
            + "incident_step = null, incident_code = null where id = :id").param("incident", incidentId)
            .param("message", cut(message), Types.VARCHAR).param("now", now()).param("id", id).update();
    }

    /**
     * The step that it is stuck at, and what made it fail.
     *
     * @param code PingOne's; null if it has none
     */
    public void stuckBecauseOf(String id, String step, String code) {
        jdbc.sql("update signonflow_change set incident_step = :step, incident_code = :code where id = :id and incident_id is not null")
            .param("step", step, Types.VARCHAR).param("code", code, Types.VARCHAR).param("id", id).update();
    }

    /** A person has the step retried. */
    public void retried(String id, String incidentId, String by) {
        jdbc.sql("""
                update signonflow_change set incident_id = null, incident = null, retried_by = :by, retried_at = :now
                where id = :id and incident_id = :incident""")
            .param("by", by).param("now", now()).param("id", id).param("incident", incidentId).update();
    }

    /** The step is no longer needed, or is retried by nobody in particular. */
    public void freed(String id, String incidentId) {
        jdbc.sql("update signonflow_change set incident_id = null, incident = null where id = :id and incident_id = :incident")
            .param("id", id).param("incident", incidentId).update();
    }

    /** The state of a recorded change, which stays as it is until the end of the caller's transaction. */
    public ChangeState lock(String id) {
        return jdbc.sql("select state from signonflow_change where id = :id for update").param("id", id).query(ChangeState.class).single();
    }

    public Optional<Change> find(String id) {
        return reading.sql(CHANGES + " where id = :id").param("id", id).query(Changes::change).optional();
    }

    /**
     * The latest changes first.
     *
     * @param after the last one of the page before; null for the first page
     * @param most  the maximum number of changes
     */
    public List<Change> list(ChangeFilter filter, Change after, int most) {
        Map<String, Object> values = new HashMap<>();
        String where = where(filter, values);
        if (after != null) {
            where += " and (requested_at < :last or requested_at = :last and id < :lastId)";
            values.put("last", utc(after.requestedAt()));
            values.put("lastId", after.id());
        }
        if (filter.text() == null) {
            return list(CHANGES + " where " + where, values, most);
        }
        values.put("text", "%" + filter.text().toLowerCase(Locale.ROOT).replaceAll("[\\\\%_]", "\\\\$0") + "%");
        List<Change> latest = list(COLUMNS + " from (" + COLUMNS + ", search from signonflow_change where " + where + LATEST_FIRST
            + " fetch first " + LATEST + " rows only) latest where " + FOUND, values, most);
        // What is rare is found sooner in any order, by several of PostgreSQL's processes: without the offset it would follow the index.
        return latest.size() == most ? latest
            : list(COLUMNS + " from (" + CHANGES + " where " + where + " and " + FOUND + " offset 0 rows) found", values, most);
    }

    private List<Change> list(String which, Map<String, Object> values, int most) {
        return reading.sql(which + LATEST_FIRST + " fetch first :most rows only").params(values).param("most", most).query(Changes::change)
            .list();
    }

    /** The changes that have ended last, of those that the filter leaves. */
    public List<Change> lastEnded(ChangeFilter filter, int most) {
        Map<String, Object> values = new HashMap<>();
        String where = where(filter.with(Standing.ENDED), values) + " and ended_at is not null";
        return reading.sql(CHANGES + " where " + where + " order by ended_at desc, id desc fetch first :most rows only").params(values)
            .param("most", most).query(Changes::change).list();
    }

    /**
     * The changes that reached their state in a period, earliest first.
     *
     * @param requester only those of this user; null for all
     * @param to        until before then
     * @param after     the last one of the page before; null for the first page
     * @param most      the maximum number of changes
     */
    public List<Change> changed(String requester, Instant from, Instant to, Change after, int most) {
        Map<String, Object> values = new HashMap<>(Map.of("from", utc(from), "to", utc(to)));
        StringBuilder where = new StringBuilder("changed_at >= :from and changed_at < :to");
        where(where, values, "requested_by", "=", requester);
        if (after != null) {
            where.append(" and (changed_at > :last or changed_at = :last and id > :lastId)");
            values.put("last", utc(after.changedAt()));
            values.put("lastId", after.id());
        }
        return reading.sql(CHANGES + " where " + where + " order by changed_at, id fetch first :most rows only").params(values)
            .param("most", most).query(Changes::change).list();
    }

    private static String where(ChangeFilter filter, Map<String, Object> values) {
        StringBuilder where = new StringBuilder("1 = 1");
        if (filter.standing() != null) {
            where.append(" and ").append(filter.standing().condition());
        }
        if (filter.rows() != null) {
            where.append(filter.rows() ? " and roll_out is not null" : " and roll_out is null");
        }
        if (filter.drift() != null) {
            where.append(" and ").append(filter.drift().condition());
        }
        where(where, values, "environment", "=", filter.environment());
        where(where, values, "flow", "=", filter.flow());
        where(where, values, "requested_by", "=", filter.requester());
        if (filter.notBy() != null) {
            where.append(" and (requested_by is null or requested_by <> :notBy)");
            values.put("notBy", filter.notBy());
        }
        where(where, values, "roll_out", "=", filter.rollOut());
        where(where, values, "requested_at", ">=", utc(filter.from()));
        where(where, values, "requested_at", "<", utc(filter.to()));
        return where.toString();
    }

    private static void where(StringBuilder where, Map<String, Object> values, String column, String operator, Object value) {
        if (value != null) {
            String name = "value" + values.size();
            where.append(" and ").append(column).append(' ').append(operator).append(" :").append(name);
            values.put(name, value);
        }
    }

    /** The changes that have not ended, as far as is recorded. */
    public List<Change> underWay() {
        return jdbc.sql(CHANGES + " where ended_at is null").query(Changes::change).list();
    }

    /** The changes that ended before the given time. */
    public List<String> endedBefore(Instant time) {
        return jdbc.sql("select id from signonflow_change where ended_at < :time").param("time", utc(time)).query(String.class).list();
    }

    /**
     * The instances whose journal says what has become of a change's objects: its own, and those of the changes about it, such as an undo
     * that had to assign its policy again.
     */
    public Set<String> instancesOf(String id) {
        return instancesOf(List.of(id)).keySet();
    }

    /** The same for several changes: the change by the instance. */
    public Map<String, String> instancesOf(Collection<String> ids) {
        Map<String, String> changes = new LinkedHashMap<>();
        ids.forEach(id -> changes.put(id, id));
        if (!ids.isEmpty()) {
            jdbc.sql("select id, about from signonflow_change where about in (:ids)").param("ids", ids)
                .query(row -> {
                    changes.put(row.getString("id"), row.getString("about"));
                });
        }
        return changes;
    }

    /**
     * What else is recorded along with each of the changes, since one needs the other's journal, and shows it: the change that it is about,
     * all about the same, and the one that undid it, or was to.
     */
    public Map<String, Set<String>> relatives(Collection<String> ids) {
        Map<String, Set<String>> relatives = new HashMap<>();
        if (!ids.isEmpty()) {
            Stream.of("other.id = mine.about", "other.about = mine.id", "other.about = mine.about and other.id <> mine.id",
                "other.id = mine.undone_by").forEach(how -> jdbc.sql("select mine.id, other.id as other from signonflow_change mine "
                    + "join signonflow_change other on " + how + " where mine.id in (:ids)").param("ids", ids).query(row -> {
                        relatives.computeIfAbsent(row.getString("id"), id -> new HashSet<>()).add(row.getString("other"));
                    }));
        }
        return relatives;
    }

    /** Deletes the changes whose history the engine has removed. */
    public void forget(Collection<String> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql("delete from signonflow_change where id in (:ids)").param("ids", ids).update();
        }
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }

    static OffsetDateTime utc(Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static String cut(String text) {
        return cut(text, LONGEST_TEXT);
    }

    private static String cut(String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest);
    }

    static Change change(ResultSet row, int index) throws SQLException {
        return new Change(row.getString("id"), row.getString("flow"), row.getString("environment"), row.getString("application_name"),
            row.getString("application_id"), row.getString("policy_name"), row.getString("requested_by"), instant(row, "requested_at"),
            row.getString("reason"), row.getString("roll_out"), row.getObject("line", Integer.class),
            ChangeState.valueOf(row.getString("state")), instant(row, "changed_at"), instant(row, "ended_at"),
            row.getString("incident_id"), row.getString("incident"), row.getString("rejection"), row.getString("rolled_back_by"),
            row.getString("decision"), row.getString("decided_by"), instant(row, "decided_at"), row.getString("decision_comment"),
            row.getString("retried_by"), instant(row, "retried_at"), row.getString("undone_by"), instant(row, "undone_at"),
            row.getString("about"), instant(row, "unassigned_at"), Checks.check(row));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
