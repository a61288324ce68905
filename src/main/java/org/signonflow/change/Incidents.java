package org.signonflow.change;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Changes that are stuck for the same reason, and what is done with all of them. */
@Repository
public class Incidents {

    private static final int MOST_GROUPS = 200;
    private static final int MOST_ACTIONS = 20;
    private static final String OF_CAUSE = " from signonflow_change where incident_id is not null and state <> 'UNDOING' "
        + "and environment = :environment and coalesce(incident_step, '') = :step and coalesce(incident_code, '') = :code";
    private static final String ACTIONS = "select id, kind, step, code, environment, requested_by, requested_at, changes, done, last_done, "
        + "ended_at from signonflow_incident_action";

    private final JdbcClient jdbc;
    /** For what people ask. */
    private final JdbcClient reading;
    private final Clock clock;

    /** @param queryTimeout how long the database may take for what people ask; whole seconds */
    Incidents(DataSource database, Clock clock, @Value("${signonflow.security.query-timeout}") Duration queryTimeout) {
        this.jdbc = JdbcClient.create(database);
        this.reading = BoundedQueries.of(database, queryTimeout);
        this.clock = clock;
    }

    /** What can be done with all changes that are stuck for the same reason. */
    public enum Kind { RETRY, ROLL_BACK }

    /**
     * Why changes are stuck.
     *
     * @param step the element of the model; empty if a node of an earlier version has recorded it
     * @param code PingOne's; empty if it was not a call that has failed
     */
    public record Cause(String step, String code, String environment) {
    }

    /**
     * Changes that are stuck for the same reason.
     *
     * @param undoing how many of them are being undone: these cannot be rolled back
     * @param since   when the first of them got stuck; null if that is not known
     * @param message of one of them
     */
    public record Group(Cause cause, int changes, int undoing, Instant since, String message) {
    }

    /**
     * Something that is done with all changes that were stuck for a reason when a person asked for it.
     *
     * @param changes how many there were
     * @param done    how many of them it has come by
     * @param endedAt null while it goes on
     */
    public record Action(String id, Kind kind, Cause cause, String requestedBy, Instant requestedAt, int changes, int done,
                         @JsonIgnore String lastDone, Instant endedAt) {
    }

    /**
     * The reasons for which changes are stuck, the most frequent first.
     *
     * @param requester only the changes of this user; null for all
     */
    public List<Group> groups(String requester) {
        Map<String, Object> values = new HashMap<>(Map.of("most", MOST_GROUPS));
        if (requester != null) {
            values.put("requester", requester);
        }
        return reading.sql("select coalesce(incident_step, '') as step, coalesce(incident_code, '') as code, environment, "
            + "count(*) as changes, sum(case when state = 'UNDOING' then 1 else 0 end) as undoing, min(incident_at) as since, "
            + "min(incident) as message from signonflow_change where incident_id is not null"
            + (requester == null ? "" : " and requested_by = :requester")
            + " group by coalesce(incident_step, ''), coalesce(incident_code, ''), environment "
            + "order by changes desc, environment, step, code fetch first :most rows only").params(values)
            .query((row, index) -> new Group(cause(row), row.getInt("changes"), row.getInt("undoing"), Changes.instant(row, "since"),
                row.getString("message"))).list();
    }

    /** What has been done last, the latest first. */
    public List<Action> actions() {
        return reading.sql(ACTIONS + " order by requested_at desc, id fetch first :most rows only").param("most", MOST_ACTIONS)
            .query(Incidents::action).list();
    }

    /** What goes on, the earliest first. */
    public List<Action> underWay() {
        return jdbc.sql(ACTIONS + " where ended_at is null order by requested_at, id fetch first :most rows only")
            .param("most", MOST_ACTIONS).query(Incidents::action).list();
    }

    /**
     * Begins to do something with all changes that are stuck for a reason now, and that are not being undone if they are to be rolled back.
     *
     * @return with no changes if there are none
     */
    public Action begin(Kind kind, Cause cause, String by) {
        Instant now = clock.instant();
        int changes = jdbc.sql("select count(*)" + ofCause(kind)).params(values(cause)).query(Integer.class).single();
        Action action = new Action(UUID.randomUUID().toString(), kind, cause, by, now, changes, 0, "", null);
        if (changes > 0) {
            jdbc.sql("""
                    insert into signonflow_incident_action (id, kind, step, code, environment, requested_by, requested_at, changes, done,
                        last_done)
                    values (:id, :kind, :step, :code, :environment, :by, :now, :changes, 0, '')""")
                .params(values(cause)).param("id", action.id()).param("kind", kind.name()).param("by", by)
                .param("now", Changes.utc(now)).param("changes", changes).update();
        }
        return action;
    }

    /** The next changes that it has not come by, of those that were stuck when it began. */
    public List<String> next(Action action, int most) {
        // A node of an earlier version does not record when; it is then one of before, unless it has been retried since.
        return jdbc.sql("select id" + ofCause(action.kind()) + """
                 and id > :last and (incident_at <= :begun or incident_at is null and (retried_at is null or retried_at < :begun))
                order by id fetch first :most rows only""")
            .params(values(action.cause())).param("last", action.lastDone()).param("begun", Changes.utc(action.requestedAt()))
            .param("most", most).query(String.class).list();
    }

    /** It has come by these changes. Does nothing if another node was faster. */
    public void cameBy(Action action, List<String> changes) {
        jdbc.sql("update signonflow_incident_action set done = done + :number, last_done = :last where id = :id and last_done = :before")
            .param("number", changes.size()).param("last", changes.get(changes.size() - 1)).param("id", action.id())
            .param("before", action.lastDone()).update();
    }

    /** It has come by all of them, or may go on no longer. */
    public void ended(Action action) {
        jdbc.sql("update signonflow_incident_action set ended_at = :now where id = :id").param("now", Changes.utc(clock.instant()))
            .param("id", action.id()).update();
    }

    /** Deletes what ended before the given time. */
    public void forget(Instant before) {
        jdbc.sql("delete from signonflow_incident_action where ended_at < :before").param("before", Changes.utc(before)).update();
    }

    private static String ofCause(Kind kind) {
        return kind == Kind.ROLL_BACK ? OF_CAUSE : OF_CAUSE.replace(" and state <> 'UNDOING'", "");
    }

    private static Map<String, Object> values(Cause cause) {
        return Map.of("step", cause.step(), "code", cause.code(), "environment", cause.environment());
    }

    private static Cause cause(ResultSet row) throws SQLException {
        return new Cause(row.getString("step"), row.getString("code"), row.getString("environment"));
    }

    private static Action action(ResultSet row, int index) throws SQLException {
        return new Action(row.getString("id"), Kind.valueOf(row.getString("kind")), cause(row), row.getString("requested_by"),
            Changes.instant(row, "requested_at"), row.getInt("changes"), row.getInt("done"), row.getString("last_done"),
            Changes.instant(row, "ended_at"));
    }
}
